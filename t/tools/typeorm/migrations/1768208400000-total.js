module.exports = class Price1768208400000 {
  async up(runner) {
    await runner.query('ALTER TABLE orders ADD COLUMN total numeric(12,2) NOT NULL DEFAULT 0');
    await runner.query('CREATE INDEX orders_by_customer ON orders (customer_id)');
  }
  async down(runner) {
    await runner.query('DROP INDEX orders_by_customer');
    await runner.query('ALTER TABLE orders DROP COLUMN total');
  }
};
