/**
 * Serves the demo shop until it is killed; prints where.
 *
 * @module
 */
import { startShop } from "@orbweaver/cli/demo";

const shop = await startShop({ productCount: 5000 });
console.log(shop.url);
