module.exports = {
  async up(queryInterface, { DECIMAL }) {
    await queryInterface.sequelize.transaction(async (transaction) => {
      await queryInterface.addColumn('orders', 'total', { type: DECIMAL(12, 2), allowNull: false, defaultValue: 0 }, { transaction });
      await queryInterface.addIndex('orders', ['customer_id'], { transaction });
    });
  },
  async down(queryInterface) {
    await queryInterface.removeIndex('orders', ['customer_id']);
    await queryInterface.removeColumn('orders', 'total');
  },
};
