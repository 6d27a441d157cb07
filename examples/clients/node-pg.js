// node pg: asserts the release before the server listens.
const { Client } = require('pg');

async function main([application, version]) {
  const client = new Client({ connectionString: process.env.DATABASE_URL });
  await client.connect();
  try {
    await client.query('SELECT schema_guard.assert_release($1, $2)', [application, version]);
    console.log('fits');
  } catch (error) {
    console.log(`SQLSTATE ${error.code}\n${error.message}\nDETAIL: ${error.detail}\nHINT: ${error.hint}`);
    process.exitCode = 1;
  } finally {
    await client.end();
  }
}

main(process.argv.slice(2));
