module.exports = class Orders1767603600000 {
  async up(runner) {
    await runner.query('CREATE TABLE customers (id bigint PRIMARY KEY, name text NOT NULL)');
    await runner.query('CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers)');
  }
  async down(runner) {
    await runner.query('DROP TABLE orders, customers');
  }
};
