/** Where to go after the sign-in. */
import { type RawSearch, textParam } from '../../lib/search-params.ts'

export const readSignInSearch = (search: RawSearch): { readonly to?: string | undefined } => ({
  to: textParam(search, 'to'),
})
