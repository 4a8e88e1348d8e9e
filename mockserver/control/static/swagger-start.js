// Starts Swagger UI on the document that the page names; a file of its own, so that no inline script is needed.
"use strict";
window.SwaggerUIBundle({
  dom_id: "#swagger-ui",
  url: document.getElementById("swagger-ui").dataset.openapi,
  deepLinking: true,
  validatorUrl: null,
});
