// The icon of each state a proof can be in. Used by the catalogue and the proof matrix.
import type { IconName } from '../shell/sprite.tsx'
import type { ProofMark } from './catalogue-row.ts'

export const sealIcons: Record<ProofMark['state'], IconName> = {
  proved: 'seal',
  failed: 'fail',
  changed: 'unseal',
  none: 'unseal',
  cannot: 'skip',
}
