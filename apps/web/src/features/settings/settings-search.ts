/** Which section of the settings is open, in the address bar. */
import { oneOfParam, type RawSearch } from '../../lib/search-params.ts'

export const SECTIONS = [
  'blocking',
  'lists',
  'upstreams',
  'cache',
  'storage',
  'access',
  'log',
  'console',
  'users',
  'tokens',
  'account',
] as const
export type Section = (typeof SECTIONS)[number]

export const SECTION_LABELS: Record<Section, string> = {
  blocking: 'Blocking',
  lists: 'Lists',
  upstreams: 'Upstreams',
  cache: 'Cache',
  storage: 'Storage',
  access: 'Access',
  log: 'Query log',
  console: 'Console',
  users: 'Users',
  tokens: 'API tokens',
  account: 'My account',
}

export const readSettingsSearch = (search: RawSearch): { readonly section?: Section | undefined } => ({
  section: oneOfParam(search, 'section', SECTIONS),
})
