exports.up = (pgm) => {
  pgm.addColumn('orders', { total: { type: 'numeric(12,2)', notNull: true, default: 0 } });
  pgm.createIndex('orders', 'customer_id');
};
