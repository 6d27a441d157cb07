class Total < ActiveRecord::Migration[6.1]
  def change
    add_column :orders, :total, :decimal, precision: 12, scale: 2, null: false, default: 0
    add_index :orders, :customer_id
  end
end
