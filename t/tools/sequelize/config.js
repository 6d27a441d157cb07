module.exports = { use_env_variable: 'DATABASE_URL', dialect: 'postgres' };
