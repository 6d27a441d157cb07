module.exports = {
  async up(queryInterface, { BIGINT, TEXT }) {
    await queryInterface.createTable('customers', {
      id: { type: BIGINT, primaryKey: true },
      name: { type: TEXT, allowNull: false },
    });
    await queryInterface.createTable('orders', {
      id: { type: BIGINT, primaryKey: true },
      customer_id: { type: BIGINT, allowNull: false, references: { model: 'customers', key: 'id' } },
    });
  },
  async down(queryInterface) {
    await queryInterface.dropTable('orders');
    await queryInterface.dropTable('customers');
  },
};
