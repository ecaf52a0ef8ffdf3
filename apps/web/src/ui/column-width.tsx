/** The edge of a column's head: drawn with the pointer, or moved with the arrow keys. */
import type { KeyboardEvent, PointerEvent } from 'react'
import styles from './data-table.module.css'
import { MAX_COLUMN_PX, MIN_COLUMN_PX } from './use-columns.ts'

interface ColumnWidthProps {
  readonly header: string
  readonly onWidth: (px: number) => void
}

const STEP_PX = 16

/** Of the head cell around the edge. */
const widthOf = (edge: HTMLElement): number => edge.parentElement?.getBoundingClientRect().width ?? MIN_COLUMN_PX

export function ColumnWidth({ header, onWidth }: ColumnWidthProps) {
  const onPointerDown = (event: PointerEvent<HTMLElement>) => {
    const edge = event.currentTarget
    const [startX, startWidth] = [event.clientX, widthOf(edge)]
    edge.setPointerCapture(event.pointerId)
    const move = (moved: globalThis.PointerEvent) => onWidth(startWidth + moved.clientX - startX)
    const end = () => {
      edge.removeEventListener('pointermove', move)
      edge.removeEventListener('pointerup', end)
      edge.removeEventListener('pointercancel', end)
    }
    edge.addEventListener('pointermove', move)
    edge.addEventListener('pointerup', end)
    edge.addEventListener('pointercancel', end)
    event.preventDefault()
  }
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const step = { ArrowLeft: -STEP_PX, ArrowRight: STEP_PX }[event.key]
    if (step === undefined) return
    event.preventDefault()
    onWidth(widthOf(event.currentTarget) + step)
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: hr cannot be moved
    <div
      role="separator"
      aria-orientation="vertical"
      aria-label={`Width of ${header}`}
      aria-valuemin={MIN_COLUMN_PX}
      aria-valuemax={MAX_COLUMN_PX}
      aria-valuenow={MIN_COLUMN_PX}
      ref={(edge) => edge?.setAttribute('aria-valuenow', String(Math.round(widthOf(edge))))}
      tabIndex={0}
      className={styles.edge}
      onPointerDown={onPointerDown}
      onKeyDown={onKeyDown}
    />
  )
}
