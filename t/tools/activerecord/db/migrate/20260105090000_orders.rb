class Orders < ActiveRecord::Migration[6.1]
  def change
    create_table(:customers) { |t| t.text :name, null: false }
    create_table(:orders) { |t| t.references :customer, null: false, foreign_key: true, index: false }
  end
end
