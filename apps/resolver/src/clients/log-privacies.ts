/** What the log may keep of the queries of each group. Immutable; replaced on a change. */
import { LOG_PRIVACIES, type LogPrivacy } from '@weir/shared/log/log-privacy'
import type { Privacy } from '../query/log-privacy.ts'

interface GroupPrivacy {
  readonly id: number
  readonly isDefault: boolean
  /** Null or missing: as the default group. */
  readonly logPrivacy?: LogPrivacy | null
}

export class LogPrivacies {
  readonly #ofGroup = new Map<number, Privacy>()
  readonly #default: Privacy

  constructor(groups: readonly GroupPrivacy[]) {
    this.#default = codeOf(groups.find(({ isDefault }) => isDefault)?.logPrivacy ?? 'full')
    for (const { id, logPrivacy } of groups) if (logPrivacy) this.#ofGroup.set(id, codeOf(logPrivacy))
  }

  /** No group hides anything: who asks need not be known. */
  get areAllFull(): boolean {
    return this.#ofGroup.size === 0
  }

  of(groupId: number): Privacy {
    return this.#ofGroup.get(groupId) ?? this.#default
  }
}

const codeOf = (privacy: LogPrivacy): Privacy => LOG_PRIVACIES.indexOf(privacy) as Privacy
