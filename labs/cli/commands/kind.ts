// `podwire kind …`: the commands about labs on kind.
import { defineCommand } from 'citty'
import { kindDelete } from './kind-delete.ts'
import { kindInstall } from './kind-install.ts'
import { kindLoad } from './kind-load.ts'
import { kindStatus } from './kind-status.ts'

export const kind = defineCommand({
  meta: { name: 'kind', description: 'What labs on kind need: install it, load it, look at it, remove what is left' },
  subCommands: { status: kindStatus, install: kindInstall, load: kindLoad, delete: kindDelete },
})
