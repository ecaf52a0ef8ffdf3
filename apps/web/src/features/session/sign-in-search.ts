/** Where to go after the sign-in. */
import { compact, type RawSearch, textParam } from '../../lib/search-params.ts'

export const readSignInSearch = (search: RawSearch): { readonly to?: string | undefined } =>
  compact({ to: textParam(search, 'to') })
