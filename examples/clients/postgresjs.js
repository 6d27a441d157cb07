// postgres.js: asserts the release before the server listens.
const postgres = require('postgres');

async function main([application, version]) {
  const sql = postgres(process.env.DATABASE_URL);
  try {
    await sql`SELECT schema_guard.assert_release(${application}, ${version})`;
    console.log('fits');
  } catch (error) {
    console.log(`SQLSTATE ${error.code}\n${error.message}\nDETAIL: ${error.detail}\nHINT: ${error.hint}`);
    process.exitCode = 1;
  } finally {
    await sql.end();
  }
}

main(process.argv.slice(2));
