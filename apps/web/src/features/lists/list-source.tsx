/** Where a subscription comes from: its address, which moves now and then, and whether that may lie within this network. */
import type { List } from '@weir/shared/contract/lists'
import { Button } from '../../ui/button.tsx'
import { TextInput } from '../../ui/field.tsx'
import { Switch } from '../../ui/toggle.tsx'
import styles from './lists.module.css'
import { useListDraft } from './use-list-draft.ts'
import { useSaveList } from './use-save-list.ts'

export function ListSource({ list }: { readonly list: List }) {
  const url = useListDraft(list, 'url')
  const saveList = useSaveList()
  if (list.source !== 'url') return null
  return (
    <>
      <TextInput
        label="URL"
        type="url"
        isMono
        value={url.value ?? ''}
        onChange={url.change}
        onKeyDown={(event) => event.key === 'Enter' && url.isChanged && url.save()}
        help="Another one is fetched at once; until it has come, what is in effect stays."
        error={url.errors['url']}
      />
      {url.isChanged && (
        <div className={styles.buttons}>
          <Button variant="strong" isBusy={url.isPending} onClick={url.save}>
            Save the URL
          </Button>
          <Button onClick={url.drop}>Cancel</Button>
        </div>
      )}
      <Switch
        label="May lie on a private address"
        help={
          list.allowPrivateAddresses
            ? 'It may be fetched from within this network.'
            : 'It cannot reach into this network.'
        }
        checked={list.allowPrivateAddresses}
        onChange={(allowPrivateAddresses) => saveList.save(list, { allowPrivateAddresses })}
      />
    </>
  )
}
