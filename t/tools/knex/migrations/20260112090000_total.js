exports.up = (knex) =>
  knex.schema.alterTable('orders', (t) => { t.decimal('total', 12, 2).notNullable().defaultTo(0); t.index('customer_id'); });
exports.down = (knex) => knex.schema.alterTable('orders', (t) => { t.dropIndex('customer_id'); t.dropColumn('total'); });
