/** The guard of lists: when a new version waits for somebody's word instead of acting. A list may differ in its drawer. */
import type { SettingsState } from '@weir/shared/contract/settings'
import { Switch } from '../../ui/toggle.tsx'
import { LinesField, NumberField } from './fields.tsx'
import { SectionFrame } from './section-frame.tsx'
import { useSection } from './use-section.ts'

/** Where a bound begins that is switched on again. */
const USUAL = { maxShrinkPercent: 50, maxGrowthPercent: 200 } as const

export function ListsSection({ settings }: { readonly settings: SettingsState }) {
  const form = useSection(settings, 'lists')
  const { value, set, errorOf } = form
  return (
    <SectionFrame
      title="The guard of lists"
      note="What it finds waits for your word; the version before acts on"
      form={form}
    >
      <Switch
        label="Hold a version that shrinks much"
        help="A server that fails often sends half a list, or none."
        checked={value.maxShrinkPercent !== null}
        onChange={(isOn) => set({ maxShrinkPercent: isOn ? USUAL.maxShrinkPercent : null })}
      />
      {value.maxShrinkPercent !== null && (
        <NumberField
          label="Shrinks by more than"
          unit="%"
          value={value.maxShrinkPercent}
          onChange={(maxShrinkPercent) => set({ maxShrinkPercent })}
          error={errorOf('maxShrinkPercent')}
        />
      )}
      <Switch
        label="Hold a version that grows much"
        help="A list that was taken over, or another list under the same address. 200 % is three times as many entries."
        checked={value.maxGrowthPercent !== null}
        onChange={(isOn) => set({ maxGrowthPercent: isOn ? USUAL.maxGrowthPercent : null })}
      />
      {value.maxGrowthPercent !== null && (
        <NumberField
          label="Grows by more than"
          unit="%"
          value={value.maxGrowthPercent}
          onChange={(maxGrowthPercent) => set({ maxGrowthPercent })}
          error={errorOf('maxGrowthPercent')}
        />
      )}
      <Switch
        label="Hold a version that covers protected names"
        help="Whole suffixes such as com, this console, your own zones and records, what your network asks most, and the names of updates, connectivity checks, banks and sign-in."
        checked={value.protectNames}
        onChange={(protectNames) => set({ protectNames })}
      />
      {value.protectNames && (
        <LinesField
          label="Further names to protect, one a line"
          placeholder={'intranet.example.org\nshop.example.net'}
          rows={4}
          help="An entry that blocks one of them, or anything above it, is held."
          value={value.protectedNames}
          onChange={(protectedNames) => set({ protectedNames })}
          error={errorOf('protectedNames')}
        />
      )}
      <NumberField
        label="Versions of each list to keep"
        help="Besides the one in effect: to compare with, and to go back to."
        value={value.keptVersions}
        onChange={(keptVersions) => set({ keptVersions })}
        error={errorOf('keptVersions')}
      />
    </SectionFrame>
  )
}
