/**
 * Search engines whose makers publish a host that filters explicit results for whoever is sent there by DNS. A name of the
 * engine becomes an alias of that host, so that every address and every HTTPS record comes from there.
 *
 * | engine     | published host                                            | where its maker says so                                   |
 * |------------|-----------------------------------------------------------|-----------------------------------------------------------|
 * | Google     | forcesafesearch.google.com                                | support.google.com/websearch/answer/186669                |
 * | YouTube    | restrict.youtube.com (strict), restrictmoderate.youtube.com | support.google.com/a/answer/6214622                     |
 * | Bing       | strict.bing.com                                           | support.microsoft.com, "Blocking adult content with SafeSearch" |
 * | DuckDuckGo | safe.duckduckgo.com                                       | duckduckgo.com/duckduckgo-help-pages/features/safe-search |
 * | Yandex     | familysearch.yandex.ru                                    | yandex.com/support/search/safe-search.html                |
 * | Pixabay    | safesearch.pixabay.com                                    | pixabay.com/blog, "SafeSearch for schools"                |
 * | Ecosia     | strict-safe-search.ecosia.org                             | ecosia.helpscoutdocs.com, "How do I enforce SafeSearch"   |
 */
import { across } from './service.ts'

export interface SafeSearchEngine {
  /** See Service.number; drawn from the same row of numbers. */
  readonly number: number
  readonly id: string
  readonly name: string
  /** What its results are like, for people. */
  readonly effect: string
  /** Exact names, canonical. */
  readonly hosts: readonly string[]
  readonly target: string
}

/** The types that lead a client to an engine, and CNAME, which would tell of another way: others (MX, TXT) stay as they are. */
export const SAFE_SEARCH_TYPES = ['A', 'AAAA', 'CNAME', 'HTTPS', 'SVCB'] as const

/** Country endings of www.google.com/supported_domains. */
const GOOGLE_ENDINGS = `
  com ad ae al am as at az ba be bf bg bi bj bs bt by ca cat cd cf cg ch ci cl cm cn cv cz de dj dk dm dz ee es fi fm fr
  ga ge gg gl gm gp gr gy hn hr ht hu ie im iq is it je jo kg ki kz la li lk lt lu lv md me mg mk ml mn ms mu mv mw ne nl
  no nr nu pl pn ps pt ro rs ru rw sc se sh si sk sm sn so sr st td tg tk tl tm tn to tt vg vu ws
  co.ao co.bw co.ck co.cr co.id co.il co.in co.jp co.ke co.kr co.ls co.ma co.mz co.nz co.th co.tz co.ug co.uk co.uz co.ve
  co.vi co.za co.zm co.zw
  com.af com.ag com.ai com.ar com.au com.bd com.bh com.bn com.bo com.br com.by com.bz com.co com.cu com.cy com.do com.ec
  com.eg com.et com.fj com.gh com.gi com.gt com.hk com.jm com.kh com.kw com.lb com.ly com.mm com.mt com.mx com.my com.na
  com.nf com.ng com.ni com.np com.om com.pa com.pe com.pg com.ph com.pk com.pr com.py com.qa com.sa com.sb com.sg com.sl
  com.sv com.tj com.tr com.tw com.ua com.uy com.vc com.vn`
  .trim()
  .split(/\s+/)

const YANDEX_ENDINGS =
  `com az by co.il com.am com.ge com.ru com.tr de ee eu fi fr kz lt lv md net org pl ru tj tm uz`.split(' ')

/** Where Google's maker says that restricted mode of YouTube begins. */
const YOUTUBE_HOSTS = [
  'www.youtube.com',
  'm.youtube.com',
  'youtubei.googleapis.com',
  'youtube.googleapis.com',
  'www.youtube-nocookie.com',
]

const withWww = (names: readonly string[]): string[] => names.flatMap((name) => [name, `www.${name}`])

/** Where two of one engine hold for a group, the first one counts: strict before moderate. */
export const SAFE_SEARCH_ENGINES: readonly SafeSearchEngine[] = [
  {
    number: 10_001,
    id: 'google',
    name: 'Google',
    effect: 'Explicit pages and pictures are left out, under every country ending.',
    hosts: across('www.google', GOOGLE_ENDINGS),
    target: 'forcesafesearch.google.com',
  },
  {
    number: 10_002,
    id: 'youtube-strict',
    name: 'YouTube, strict',
    effect: 'Restricted mode at its strictest: fewest videos, no comments. Comes before the moderate one.',
    hosts: YOUTUBE_HOSTS,
    target: 'restrict.youtube.com',
  },
  {
    number: 10_003,
    id: 'youtube-moderate',
    name: 'YouTube, moderate',
    effect: 'Restricted mode: videos that are marked as for adults are left out.',
    hosts: YOUTUBE_HOSTS,
    target: 'restrictmoderate.youtube.com',
  },
  {
    number: 10_004,
    id: 'bing',
    name: 'Bing',
    effect: 'Adult text, pictures and videos are left out.',
    hosts: ['www.bing.com', 'edgeservices.bing.com'],
    target: 'strict.bing.com',
  },
  {
    number: 10_005,
    id: 'duckduckgo',
    name: 'DuckDuckGo',
    effect: 'Strict safe search; the setting in the browser does not count.',
    hosts: ['duckduckgo.com', 'www.duckduckgo.com', 'start.duckduckgo.com'],
    target: 'safe.duckduckgo.com',
  },
  {
    number: 10_006,
    id: 'yandex',
    name: 'Yandex',
    effect: 'Family search: no adult sites, even when they are asked for.',
    hosts: withWww([...across('yandex', YANDEX_ENDINGS), 'ya.ru', 'xn--d1acpjx3f.xn--p1ai']),
    target: 'familysearch.yandex.ru',
  },
  {
    number: 10_007,
    id: 'pixabay',
    name: 'Pixabay',
    effect: 'Pictures for all ages only.',
    hosts: ['pixabay.com'],
    target: 'safesearch.pixabay.com',
  },
  {
    number: 10_008,
    id: 'ecosia',
    name: 'Ecosia',
    effect: 'Strict safe search.',
    hosts: ['www.ecosia.org'],
    target: 'strict-safe-search.ecosia.org',
  },
]

const BY_ID = new Map(SAFE_SEARCH_ENGINES.map((engine) => [engine.id, engine]))

export const findSafeSearchEngine = (id: string): SafeSearchEngine | undefined => BY_ID.get(id)
