// Drives the npm package emma-sdk for a test: a JSON line in for each call, a JSON line out for each answer.
//
// {"chain": [["member"], ["withID", [200]], ["details", []]]} calls client.member.withID(200).details(callback).

const readline = require('readline');
const Emma = require('emma-sdk');

const [baseURL, publicKey, privateKey] = process.argv.slice(2);
const client = new Emma({ publicKey, privateKey, accountID: 100 });
client.settings.baseURL = baseURL; // the constructor takes none but the vendor's

function call(chain) {
  return new Promise((resolve) => {
    const answer = (error, value) => resolve({ error: error || null, value });
    chain.reduce((subject, [name, args], place) => {
      if (args === undefined) return subject[name];
      return subject[name](...args, ...(place === chain.length - 1 ? [answer] : []));
    }, client);
  });
}

async function main() {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    console.log(JSON.stringify(await call(JSON.parse(line).chain)));
  }
}

main();
