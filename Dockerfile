# The server in a container: all interfaces, HTTP on 8765, HTTPS on 8443 (with MOCKSERVER_TLS), workspaces kept in /state.
ARG PYTHON=3.13

FROM python:${PYTHON}-slim AS build
WORKDIR /source
COPY pyproject.toml README.md constraints.txt ./
COPY fixtures fixtures
COPY mockserver mockserver
RUN python3 -m venv /opt/mockserver && /opt/mockserver/bin/pip install --no-cache-dir -q -c constraints.txt .

# The README's test command, for the profile `tests` of docker-compose.yml.
FROM build AS tests
RUN /opt/mockserver/bin/pip install --no-cache-dir -q -c constraints.txt -e '.[test]'
COPY Dockerfile docker-compose.yml .dockerignore ./
COPY tests tests
ENTRYPOINT ["/opt/mockserver/bin/python", "-m", "pytest"]

FROM python:${PYTHON}-slim
LABEL org.opencontainers.image.title="mockserver" \
      org.opencontainers.image.description="A local server that stands in for the APIs of Emma, emfluence and Ether Mailer"
RUN groupadd --gid 10001 mockserver \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /state --shell /usr/sbin/nologin mockserver \
    && install -d -o 10001 -g 10001 /state /ca
COPY --from=build /opt/mockserver /opt/mockserver
ENV PATH=/opt/mockserver/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    MOCKSERVER_HOST=0.0.0.0 \
    MOCKSERVER_STATE=/state \
    MOCKSERVER_CA_DIR=/ca
VOLUME ["/state", "/ca"]
EXPOSE 8765 8443
USER 10001:10001
# No shell: the health of the server is asked for by its own command.
HEALTHCHECK --interval=5s --timeout=5s --start-period=10s CMD ["mockserver", "wait", "--timeout", "3"]
ENTRYPOINT ["mockserver"]
CMD ["serve"]
