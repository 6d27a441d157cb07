exports.up = (knex) =>
  knex.schema
    .createTable('customers', (t) => { t.bigInteger('id').primary(); t.text('name').notNullable(); })
    .createTable('orders', (t) => {
      t.bigInteger('id').primary();
      t.bigInteger('customer_id').notNullable().references('customers.id');
    });
exports.down = (knex) => knex.schema.dropTable('orders').dropTable('customers');
