/** Lists of trackers that stand behind names of the sites themselves. */
import type { CatalogueList } from '../contract/list-catalogue.ts'

export const HIDDEN_TRACKER_LISTS: readonly CatalogueList[] = [
  {
    id: 'frogeye-first-party',
    name: 'Frogeye first-party trackers',
    maintainer: 'Geoffrey Frogeye',
    homepage: 'https://hostfiles.frogeye.fr',
    url: 'https://hostfiles.frogeye.fr/firstparty-trackers-hosts.txt',
    kind: 'block',
    format: 'hosts',
    licence: 'MIT',
    purpose: 'Trackers that hide behind names of the site that is visited.',
    categories: ['tracking'],
    strictness: 'balanced',
    typicalEntries: 20_000,
  },
  {
    id: 'adguard-cname',
    name: 'AdGuard CNAME-cloaked trackers',
    maintainer: 'AdGuard',
    homepage: 'https://github.com/AdguardTeam/cname-trackers',
    url: 'https://raw.githubusercontent.com/AdguardTeam/cname-trackers/master/data/combined_disguised_trackers_justdomains.txt',
    kind: 'block',
    format: 'names',
    licence: 'MIT',
    purpose: 'Names of sites behind which trackers stand by CNAME. Weir finds many of them in answers by itself.',
    categories: ['tracking'],
    strictness: 'balanced',
    typicalEntries: 150_000,
  },
]
