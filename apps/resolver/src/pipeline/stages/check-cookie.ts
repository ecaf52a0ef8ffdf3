import type { ServerCookies } from '../../limits/server-cookies.ts'
import { Outcome } from '../../query/outcome.ts'
import type { Stage } from '../../query/stage.ts'

/** Looks at the cookie of a query that has one (RFC 7873 §5.2). What follows from it is for the stages behind. */
export const checkCookie = (cookies: ServerCookies): Stage => ({
  name: 'check-cookie',
  run(query) {
    if (query.view.cookieLength > 0) cookies.read(query)
    return Outcome.Continue
  },
})
