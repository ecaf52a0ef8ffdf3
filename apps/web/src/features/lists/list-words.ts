/** The state of a list in words. */
import type { CatalogueItem, ListCategory } from '@weir/shared/contract/list-catalogue'
import type { ProtectedBecause } from '@weir/shared/contract/list-guard'
import type { List } from '@weir/shared/contract/lists'
import { formatOctets, formatPercent, formatShortCount } from '../../lib/format.ts'

/** `waits`: for somebody's word. */
export type ListLevel = 'ok' | 'busy' | 'waits' | 'bad' | 'off'

const PHASES: Record<NonNullable<List['progress']>['phase'], string> = {
  fetching: 'Fetching',
  parsing: 'Reading',
  sorting: 'Sorting',
  storing: 'Storing',
  comparing: 'Comparing',
  compiling: 'Compiling',
}

export function listLevel(list: List): ListLevel {
  if (!list.enabled) return 'off'
  if (list.progress || list.state === 'fetching' || list.state === 'compiling') return 'busy'
  if (list.state === 'failed' || list.lastError !== null) return 'bad'
  return list.state === 'held' ? 'waits' : 'ok'
}

const pin = ({ pinned }: List): string => (pinned ? ', pinned' : '')

/** `In effect, pinned`, `Reading 43.0 %, 171 k lines`, `Update failed` */
export function stateText(list: List): string {
  const { progress } = list
  if (progress) {
    const share = progress.share === null ? '' : ` ${formatPercent(progress.share)}`
    const done =
      progress.lines > 0
        ? `, ${formatShortCount(progress.lines)} lines`
        : progress.octets > 0
          ? `, ${formatOctets(progress.octets)}`
          : ''
    // What somebody sends is not fetched.
    const isSent = progress.phase === 'fetching' && list.source !== 'url'
    return `${isSent ? 'Receiving' : PHASES[progress.phase]}${share}${done}`
  }
  if (!list.enabled) return 'Off'
  const words: Record<List['state'], string> = {
    empty: 'Empty',
    fetching: 'Fetching',
    compiling: 'Compiling',
    held: 'Held for review',
    active: list.lastError !== null ? 'Update failed' : `${list.shadow ? 'Only records' : 'In effect'}${pin(list)}`,
    failed: 'Update failed',
    disabled: 'Off',
  }
  return words[list.state]
}

export const CATEGORY_WORDS: Record<ListCategory, string> = {
  ads: 'Advertising',
  tracking: 'Tracking',
  malware: 'Malware',
  phishing: 'Phishing',
  scam: 'Fraud',
  adult: 'Adult content',
  gambling: 'Gambling',
  social: 'Social networks',
  bypass: 'Ways around the filter',
  device: 'What devices tell',
  mining: 'Coin mining',
  piracy: 'Piracy',
  regional: 'One country',
}

export const STRICTNESS_WORDS: Record<CatalogueItem['strictness'], string> = {
  relaxed: 'hardly anything',
  balanced: 'something now and then',
  strict: 'something each week',
}

/** Why a name is protected, to follow the name and a comma. */
export const BECAUSE_WORDS: Record<ProtectedBecause, string> = {
  everything: 'which is every name',
  'public-suffix': 'under which others have their names',
  chosen: 'which you protect',
  console: 'a name of this console',
  'own-zone': 'in a zone of your own',
  'local-record': 'a local record',
  'asked-most': 'which your network asks most',
  update: 'which updates come from',
  connectivity: 'which devices test their connection with',
  bank: 'a bank',
  'sign-in': 'which people sign in with',
}

export const REFRESH_OPTIONS: readonly (readonly [value: string, label: string])[] = [
  ['0', 'only by hand'],
  ['3600', 'every hour'],
  ['21600', 'every 6 hours'],
  ['86400', 'every day'],
  ['604800', 'every week'],
]
