/** DNS64: IPv6 addresses for names that have none, in networks without IPv4. */
import type { SettingsState } from '@weir/shared/contract/settings'
import { TextInput } from '../../ui/field.tsx'
import { Switch } from '../../ui/toggle.tsx'
import { LinesField } from './fields.tsx'
import { SectionFrame } from './section-frame.tsx'
import { useSection } from './use-section.ts'

export function Dns64Panel({ settings }: { readonly settings: SettingsState }) {
  const form = useSection(settings, 'dns64')
  const { value, set, errorOf } = form
  return (
    <SectionFrame title="Networks without IPv4" note="DNS64 (RFC 6147)" form={form}>
      <Switch
        label="Give IPv6 addresses to names that have none, for a NAT64 to translate"
        checked={value.enabled}
        onChange={(enabled) => set({ enabled })}
      />
      <TextInput
        label="Prefix of the NAT64"
        isMono
        help="/32, /40, /48, /56, /64 or /96. 64:ff9b::/96 is for global addresses alone."
        value={value.prefix}
        onChange={(prefix) => set({ prefix })}
        error={errorOf('prefix')}
      />
      <LinesField
        label="Names that keep to what they have, with all below"
        placeholder="v4.example.org"
        value={value.excludedNames}
        onChange={(excludedNames) => set({ excludedNames })}
        error={errorOf('excludedNames')}
      />
    </SectionFrame>
  )
}
