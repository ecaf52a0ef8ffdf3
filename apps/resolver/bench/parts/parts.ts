/** Every part that `npm run bench -- <part>` runs with run-part.ts. */
import { edits } from './edits.ts'
import { misses } from './misses.ts'
import { openLoop } from './open-loop.ts'
import { pages } from './pages.ts'
import type { Part } from './part.ts'
import { policy } from './policy.ts'
import { real } from './real.ts'
import { refresh } from './refresh.ts'
import { reload } from './reload.ts'
import { scale } from './scale.ts'
import { soak } from './soak.ts'
import { tcp } from './tcp.ts'
import { whatIf } from './what-if.ts'
import { workers } from './workers.ts'

export const PARTS: Readonly<Record<string, Part>> = {
  workers,
  misses,
  tcp,
  'open-loop': openLoop,
  real,
  reload,
  refresh,
  edits,
  scale,
  soak,
  policy,
  'what-if': whatIf,
  pages,
}
