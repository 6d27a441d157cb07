from django.db import models


class Customer(models.Model):
    name = models.CharField(max_length=40)
    note = models.TextField(null=True)


class Order(models.Model):
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT)
    total = models.DecimalField(max_digits=12, decimal_places=2)
    placed = models.DateTimeField(auto_now_add=True)
