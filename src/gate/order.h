/*
 * gate/order.h
 *		The gate's place among the transaction callbacks.
 */
#ifndef SG_GATE_ORDER_H
#define SG_GATE_ORDER_H

#include "access/xact.h"

extern void sg_order_init(void (*gate) (XactEvent event));
extern void sg_order_come_first(void);
extern void sg_order_forget(void);

#endif							/* SG_GATE_ORDER_H */
