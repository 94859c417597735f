'use client'
// All open terminals; the one or two in front are shown, the others keep running behind them.
import { useTexts } from '../texts/locale-context.tsx'
import { useLabController, useLabView } from './lab-context.tsx'
import { isOpen } from './lab-controller.ts'
import { TerminalPanel } from './terminal-panel.tsx'

export function TerminalDeck({ reader, ended }: { reader: boolean; ended: boolean }) {
  const texts = useTexts()
  const controller = useLabController()
  const { terminals, active, beside, snapshot } = useLabView()
  return (
    <div className="screens" data-count={beside ? 2 : 1}>
      {terminals.map((tab) => (
        <TerminalPanel
          key={tab.id}
          tab={tab}
          place={tab.id === active ? 'front' : tab.id === beside ? 'beside' : 'behind'}
          reader={reader}
          ended={ended}
        />
      ))}
      {terminals.length === 0 && !ended && snapshot && isOpen(snapshot) && (
        <div className="none">
          <p>{texts.lab.noTerminal}</p>
          <button type="button" className="btn sm" onClick={() => void controller?.openTerminal('laptop')}>
            {texts.lab.openLaptop}
          </button>
        </div>
      )}
    </div>
  )
}
