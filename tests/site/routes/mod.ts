import type { ShopSize } from "../../../cli/demo/shop/mod.ts";
import type { Routes } from "../route.ts";
import { bodyRoutes } from "./bodies.ts";
import { brokenRoutes } from "./broken.ts";
import { cookieRoutes } from "./cookies.ts";
import { echoRoutes } from "./echo.ts";
import { encodingRoutes } from "./encodings.ts";
import { loginRoutes } from "./login.ts";
import { pageRoutes } from "./pages.ts";
import { redirectRoutes } from "./redirects.ts";
import { shopRoute } from "./shop.ts";
import { slowRoutes } from "./slow.ts";

/** Every route of a site, with fresh state (logins, flaky pages). */
export function allRoutes(size: ShopSize): Routes {
  return {
    ...bodyRoutes,
    ...brokenRoutes(),
    ...cookieRoutes,
    ...echoRoutes,
    ...encodingRoutes,
    ...loginRoutes(),
    ...pageRoutes,
    ...redirectRoutes,
    ...slowRoutes,
    "/*": shopRoute(size),
  };
}
