from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shop", "0001_orders")]
    operations = [
        migrations.AddField("Order", "total", models.DecimalField(max_digits=12, decimal_places=2, default=0)),
    ]
