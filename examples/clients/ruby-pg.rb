#!/usr/bin/ruby
# Ruby, pg: asserts the release before the application serves.
require 'pg'

begin
  connection = PG.connect(ENV.fetch('DATABASE_URL'))
  connection.exec_params('SELECT schema_guard.assert_release($1, $2)', ARGV[0, 2])
rescue PG::ServerError => e
  field = ->(name) { e.result.error_field(name) }
  puts "SQLSTATE #{field[PG::PG_DIAG_SQLSTATE]}", field[PG::PG_DIAG_MESSAGE_PRIMARY],
       "DETAIL: #{field[PG::PG_DIAG_MESSAGE_DETAIL]}", "HINT: #{field[PG::PG_DIAG_MESSAGE_HINT]}"
  exit 1
end
puts 'fits'
