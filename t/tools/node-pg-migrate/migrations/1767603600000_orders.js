exports.up = (pgm) => {
  pgm.createTable('customers', { id: { type: 'bigint', primaryKey: true }, name: { type: 'text', notNull: true } });
  pgm.createTable('orders', {
    id: { type: 'bigint', primaryKey: true },
    customer_id: { type: 'bigint', notNull: true, references: 'customers' },
  });
};
