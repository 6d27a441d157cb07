// Two models of Sequelize; creates their tables in the database of libpq's environment.
const { Sequelize, DataTypes } = require('sequelize');

const sequelize = new Sequelize({
  dialect: 'postgres', database: process.env.PGDATABASE, host: process.env.PGHOST,
  port: process.env.PGPORT, username: process.env.PGUSER, logging: false,
});
const Customer = sequelize.define('Customer', {
  name: { type: DataTypes.STRING(40), allowNull: false },
  state: { type: DataTypes.ENUM('new', 'gone'), allowNull: false },
});
const Order = sequelize.define('Order', { total: { type: DataTypes.DECIMAL(12, 2), allowNull: false } });
Order.belongsTo(Customer);

sequelize.sync()
  .then(() => Customer.create({ name: 'Ann', state: 'new' }))
  .then(() => sequelize.close())
  .catch((error) => { console.error(error.message); process.exit(1); });
