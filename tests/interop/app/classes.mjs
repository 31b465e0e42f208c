// Workflows that belong to a class: a static method, and a method of two configured instances.
import { ConfiguredInstance, DBOS } from './sdk.mjs';
import { registered } from './workflows.mjs';

class Orders {
  static async total(...prices) {
    return prices.reduce((sum, price) => sum + price, 0);
  }
}

Orders.total = DBOS.registerWorkflow(Orders.total, { name: 'total', className: 'Orders', ctorOrProto: Orders });
registered['Orders.total'] = Orders.total;

class Shop extends ConfiguredInstance {
  async greet(who) {
    return `${this.name} greets ${who}`;
  }
}

Shop.prototype.greet = DBOS.registerWorkflow(Shop.prototype.greet, { name: 'greet', className: 'Shop', ctorOrProto: Shop.prototype });

/** The two instances; a row that means one of them names it in config_name. */
export const shops = { north: new Shop('north'), south: new Shop('south') };
