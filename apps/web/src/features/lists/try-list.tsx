/** Before a list is added: which queries of the last week it would have met. Fetches it, so only when asked. */
import type { DraftChange } from '@weir/shared/contract/simulation'
import { useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { SimulatedEffect } from '../../ui/simulated-effect.tsx'
import { TriedNames } from './tried-names.tsx'

export function TryList({ draft }: { readonly draft: DraftChange | null }) {
  const [tried, setTried] = useState<DraftChange | null>(null)
  if (draft === null) return null
  const isTried = JSON.stringify(tried) === JSON.stringify(draft)
  return isTried ? (
    <>
      <SimulatedEffect changes={[draft]} period="7d" hasDoor={!('text' in draft)} />
      <TriedNames draft={draft} />
    </>
  ) : (
    <div>
      <Button onClick={() => setTried(draft)}>Try it on the last week</Button>
    </div>
  )
}
