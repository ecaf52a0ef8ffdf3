/** How changes of schedules are undone. Rules that use one keep it from going, so none is left without. */
import type { ChangeAuthor, ConfigTransaction } from '../../config-store.ts'
import type { Restorer, StoredChange } from '../../undo.ts'
import type { ScheduleRow } from './repository.ts'
import type { ScheduleService } from './service.ts'

export class ScheduleRestorer implements Restorer {
  readonly role = 'operator'
  readonly #schedules: ScheduleService

  constructor(schedules: ScheduleService) {
    this.#schedules = schedules
  }

  refusal(): undefined {
    return undefined
  }

  restore(transaction: ConfigTransaction, _author: ChangeAuthor, { operation, entityId, before }: StoredChange): void {
    const id = Number(entityId)
    if (operation === 'create') this.#schedules.remove(transaction, id)
    else if (operation === 'delete') this.#schedules.add(transaction, before as ScheduleRow, id)
    else this.#schedules.change(transaction, this.#schedules.get(id), before as ScheduleRow)
  }
}
