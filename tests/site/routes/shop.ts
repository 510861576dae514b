import { createShopHandler, type ShopSize } from "../../../cli/demo/shop/mod.ts";
import type { Route } from "../route.ts";

/** The demo shop, under every path that no other route answers. */
export function shopRoute(size: ShopSize): Route {
  const handle = createShopHandler(size);
  return ({ request, reply }) => {
    const { status, headers, body } = handle({
      method: request.method,
      target: request.target,
      header: (name) => request.header(name),
    });
    reply.send(status, Object.entries(headers), body);
  };
}
