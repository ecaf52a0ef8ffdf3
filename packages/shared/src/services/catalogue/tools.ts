/** Shops, AI assistants, file sharing, and ways around a network's policy. */
import { across, type Service, servicesOf } from '../service.ts'

const AMAZON_ENDINGS = [
  'com',
  'ae',
  'ca',
  'co.jp',
  'co.uk',
  'com.au',
  'com.be',
  'com.br',
  'com.mx',
  'com.tr',
  'de',
  'eg',
  'es',
  'fr',
  'in',
  'it',
  'nl',
  'pl',
  'sa',
  'se',
  'sg',
]
const EBAY_ENDINGS = ['com', 'at', 'be', 'ca', 'ch', 'co.uk', 'com.au', 'de', 'es', 'fr', 'ie', 'it', 'nl', 'pl']
const ZALANDO_ENDINGS = [
  'com',
  'at',
  'be',
  'ch',
  'co.uk',
  'cz',
  'de',
  'dk',
  'es',
  'fi',
  'fr',
  'ie',
  'it',
  'nl',
  'no',
  'pl',
  'se',
]
const VINTED_ENDINGS = ['com', 'at', 'be', 'co.uk', 'cz', 'de', 'es', 'fr', 'it', 'lt', 'nl', 'pl']

export const SHOPPING: readonly Service[] = servicesOf('shopping', [
  // Only the shop: other names below amazon.com serve videos, readers and loudspeakers.
  [190, 'amazon', 'Amazon (shop)', AMAZON_ENDINGS.flatMap((ending) => [`=amazon.${ending}`, `www.amazon.${ending}`])],
  [191, 'ebay', 'eBay', [...across('ebay', EBAY_ENDINGS), 'ebayimg.com', 'ebaystatic.com']],
  [192, 'aliexpress', 'AliExpress', ['aliexpress.com', 'aliexpress.us', 'aliexpress.ru', 'aliexpress-media.com']],
  [193, 'temu', 'Temu', ['temu.com', 'kwcdn.com']],
  [194, 'shein', 'SHEIN', ['shein.com', 'shein.co.uk', 'ltwebstatic.com']],
  [195, 'etsy', 'Etsy', ['etsy.com', 'etsystatic.com', 'etsy.me']],
  [196, 'walmart', 'Walmart', ['walmart.com', 'walmartimages.com']],
  [197, 'wish', 'Wish', ['wish.com']],
  [198, 'zalando', 'Zalando', [...across('zalando', ZALANDO_ENDINGS), 'ztat.net']],
  [199, 'taobao', 'Taobao and Tmall', ['taobao.com', 'tmall.com', 'tb.cn']],
  [200, 'alibaba', 'Alibaba.com', ['alibaba.com']],
  [
    201,
    'mercado-libre',
    'Mercado Libre',
    [
      ...across('mercadolibre', ['com', 'cl', 'com.ar', 'com.co', 'com.mx', 'com.pe', 'com.uy']),
      'mercadolivre.com.br',
      'mlstatic.com',
    ],
  ],
  [
    202,
    'shopee',
    'Shopee',
    [
      ...across('shopee', ['com', 'co.id', 'co.th', 'com.br', 'com.my', 'ph', 'sg', 'tw', 'vn']),
      'shopeemobile.com',
      'shp.ee',
    ],
  ],
  [
    203,
    'lazada',
    'Lazada',
    [...across('lazada', ['com', 'co.id', 'co.th', 'com.my', 'com.ph', 'sg', 'vn']), 'lazcdn.com'],
  ],
  [204, 'vinted', 'Vinted', [...across('vinted', VINTED_ENDINGS), 'vinted.net']],
])

export const AI: readonly Service[] = servicesOf('ai', [
  [220, 'chatgpt', 'ChatGPT', ['chatgpt.com', 'openai.com', 'oaistatic.com', 'oaiusercontent.com', 'sora.com']],
  [221, 'claude', 'Claude', ['claude.ai', 'claude.com', 'claudeusercontent.com', 'anthropic.com']],
  [
    222,
    'gemini',
    'Gemini',
    ['gemini.google.com', 'bard.google.com', 'aistudio.google.com', 'generativelanguage.googleapis.com'],
  ],
  [223, 'copilot', 'Microsoft Copilot', ['copilot.microsoft.com', 'copilot.cloud.microsoft', 'sydney.bing.com']],
  [224, 'perplexity', 'Perplexity', ['perplexity.ai', 'perplexity.com', 'pplx.ai']],
  [225, 'deepseek', 'DeepSeek', ['deepseek.com']],
  [226, 'grok', 'Grok', ['grok.com', 'x.ai']],
  [227, 'character-ai', 'Character.AI', ['character.ai']],
  [228, 'mistral', 'Mistral', ['mistral.ai']],
  [229, 'meta-ai', 'Meta AI', ['meta.ai']],
  [230, 'poe', 'Poe', ['poe.com', 'poecdn.net']],
  [231, 'midjourney', 'Midjourney', ['midjourney.com']],
  [232, 'replika', 'Replika', ['replika.com', 'replika.ai']],
  [233, 'suno', 'Suno', ['suno.com', 'suno.ai']],
])

export const FILES: readonly Service[] = servicesOf('files', [
  [
    320,
    'dropbox',
    'Dropbox',
    ['dropbox.com', 'dropboxapi.com', 'dropboxstatic.com', 'dropboxusercontent.com', 'db.tt'],
  ],
  [321, 'mega', 'MEGA', ['mega.nz', 'mega.io', 'mega.co.nz']],
  [322, 'wetransfer', 'WeTransfer', ['wetransfer.com', 'we.tl']],
  [323, 'mediafire', 'MediaFire', ['mediafire.com']],
  [324, 'google-drive', 'Google Drive', ['drive.google.com', 'drive.usercontent.google.com']],
  [325, 'onedrive', 'OneDrive', ['onedrive.com', 'onedrive.live.com', 'storage.live.com', '1drv.com', '1drv.ms']],
  [326, 'box', 'Box', ['box.com', 'box.net', 'boxcdn.net']],
  [327, '4shared', '4shared', ['4shared.com']],
  [328, 'pcloud', 'pCloud', ['pcloud.com', 'pcloud.link']],
  [329, 'terabox', 'TeraBox', ['terabox.com', '1024tera.com']],
  [330, 'rapidgator', 'Rapidgator', ['rapidgator.net']],
  [
    331,
    'torrent-sites',
    'Torrent indexes',
    ['thepiratebay.org', '1337x.to', 'yts.mx', 'nyaa.si', 'torrentgalaxy.to', 'limetorrents.lol'],
  ],
])

export const PRIVACY: readonly Service[] = [
  ...servicesOf('privacy', [
    [350, 'nordvpn', 'NordVPN', ['nordvpn.com', 'nordcdn.com']],
    [351, 'expressvpn', 'ExpressVPN', ['expressvpn.com']],
    [352, 'proton-vpn', 'Proton VPN', ['protonvpn.com', 'vpn-api.proton.me']],
    [353, 'mullvad', 'Mullvad', ['mullvad.net']],
    [354, 'surfshark', 'Surfshark', ['surfshark.com']],
    [355, 'tor', 'Tor', ['torproject.org', 'torproject.net']],
    [
      356,
      'public-dns',
      'Public encrypted DNS',
      [
        'dns.google',
        'dns.google.com',
        'cloudflare-dns.com',
        'one.one.one.one',
        'dns.quad9.net',
        'dns9.quad9.net',
        'dns10.quad9.net',
        'dns11.quad9.net',
        'doh.opendns.com',
        'doh.familyshield.opendns.com',
        'dns.adguard-dns.com',
        'dns.nextdns.io',
        'doh.cleanbrowsing.org',
        'dns.controld.com',
        'freedns.controld.com',
      ],
    ],
  ]),
  {
    number: 357,
    id: 'icloud-private-relay',
    name: 'iCloud Private Relay',
    category: 'privacy',
    domains: ['mask.icloud.com', 'mask-h2.icloud.com'],
    // Apple asks networks to answer so: devices then tell their users and go without it.
    answer: { kind: 'nxdomain' },
  },
]
