package simulator

import (
	"fmt"

	"github.com/dbos-script/dbos-script/client/codec"
)

// An order is an order of a customer. The inputs and results of the fleet are made from it.
type order struct {
	Number   int
	Customer string
	Region   string
	Article  string
	Quantity int
	Cents    int
}

var (
	customers = []string{"ada", "bruno", "chen", "dora", "emeka", "farid", "greta", "hiro", "ines", "jonas", "kala", "lior"}
	regions   = []string{"eu", "us", "apac"}
	articles  = []string{"lamp-03", "desk-11", "chair-07", "shelf-21", "rug-02", "clock-15"}
)

func orderNumber(n int) order {
	return order{Number: n, Customer: customers[n%len(customers)], Region: regions[n%len(regions)], Article: articles[n%len(articles)],
		Quantity: 1 + n%3, Cents: 1990 + (n*37)%18000}
}

// orderFrom reads the input of a workflow, whichever of the inputs below it is.
func orderFrom(input any) order {
	members, _ := input.(map[string]any)
	number, _ := members["order"].(int64)
	return orderNumber(int(number))
}

func (o order) id() string { return fmt.Sprintf("order-%d", o.Number) }

func (o order) input() any {
	return map[string]any{"order": o.Number, "customer": o.Customer, "article": o.Article, "quantity": o.Quantity, "total_cents": o.Cents}
}

func (o order) charge() any {
	return map[string]any{"order": o.Number, "amount_cents": o.Cents, "currency": "EUR"}
}

func (o order) mail() any {
	return map[string]any{"order": o.Number, "to": o.Customer + "@mail.example", "template": "shipped"}
}

func (o order) refund() codec.PortableWorkflowArgs {
	return codec.PortableWorkflowArgs{PositionalArgs: []any{o.charge()}, NamedArgs: map[string]any{"reason": "returned"}}
}

func (o order) reservation() any {
	return map[string]any{"warehouse": o.Region + "-1", "shelf": o.Number % 40}
}
func (o order) authorization() any { return fmt.Sprintf("auth_%06x", o.Number*7919%0xffffff) }
func (o order) capture() any       { return fmt.Sprintf("cap_%06x", o.Number*104729%0xffffff) }
func (o order) parcel() any        { return fmt.Sprintf("PX%09d", o.Number*31) }
func (o order) mailText() any {
	return fmt.Sprintf("Dear %s, your order %d is on its way.", o.Customer, o.Number)
}
func (o order) shipped() any { return map[string]any{"order": o.Number, "parcel": o.parcel()} }

// attributes returns the attributes by which the shop filters its orders.
func (o order) attributes() map[string]any {
	tier := "standard"
	if o.Cents > 15000 {
		tier = "gold"
	}
	return map[string]any{"region": o.Region, "tier": tier}
}
