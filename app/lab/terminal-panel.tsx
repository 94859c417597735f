'use client'
// One terminal's place on the page: loads its screen, shows what state it is in, its search field and, on a phone, its keys.
import { useEffect, useRef, useState } from 'react'
import { Icon } from '../shell/sprite.tsx'
import { useTexts } from '../texts/locale-context.tsx'
import { useLabController, useLabView } from './lab-context.tsx'
import { terminalPanelId, terminalTabId } from './terminal-bar.tsx'
import { TerminalKeys } from './terminal-keys.tsx'
import type { TerminalScreen } from './terminal-screen.ts'
import { TerminalSearch } from './terminal-search.tsx'
import type { TerminalTab } from './terminal-tabs.ts'

interface PanelProps {
  tab: TerminalTab
  place: 'front' | 'beside' | 'behind'
  reader: boolean
  ended: boolean
}

export function TerminalPanel({ tab, place, reader, ended }: PanelProps) {
  const texts = useTexts()
  const controller = useLabController()
  const { link } = useLabView()
  const holder = useRef<HTMLDivElement>(null)
  const [screen, setScreen] = useState<TerminalScreen>()
  const [searching, setSearching] = useState(false)
  const { stream } = tab
  const current = useRef(tab)
  current.current = tab

  useEffect(() => {
    if (!stream || !holder.current || !controller) return
    const element = holder.current
    let made: TerminalScreen | undefined
    let gone = false
    void import('./terminal-screen.ts').then(({ createTerminalScreen }) => {
      if (gone) return
      made = createTerminalScreen(element, {
        label: `${texts.lab.terminal(current.current.label)}. ${texts.lab.leaveTerminal}`,
        onInput: (data) => controller.tabs.input(current.current, data),
        onResize: (cols, rows) => controller.tabs.resize(current.current, cols, rows),
        onSearch: () => setSearching(true),
        hostSize: () => controller.tabs.size(current.current),
      })
      stream.connect(made)
      setScreen(made)
    })
    return () => {
      gone = true
      stream.disconnect()
      made?.dispose()
      setScreen(undefined)
    }
  }, [stream, controller, texts])

  const shown = place !== 'behind'
  useEffect(() => {
    if (shown) screen?.show()
  }, [screen, shown])
  useEffect(() => {
    // A new prompt takes the keyboard, unless the reader is busy elsewhere on the page.
    const free = document.activeElement === document.body || document.activeElement?.closest('.lab') !== null
    if (screen && place === 'front' && free && !document.querySelector('[role=dialog]')) screen.focus()
  }, [screen, place])
  useEffect(() => screen?.setReader(reader), [screen, reader])
  // After every render: the pty's size comes with each snapshot.
  useEffect(() => screen?.followHost())
  const off = tab.exited || ended
  useEffect(() => screen?.setEnabled(!off), [screen, off])

  return (
    <div
      className={`screen ${place} ${off || !link.online ? 'dimm' : ''}`}
      role="tabpanel"
      id={terminalPanelId(tab.id)}
      aria-labelledby={terminalTabId(tab.id)}
      hidden={!shown}
      data-target={tab.target}
      data-ready={screen !== undefined}
    >
      {!screen && !tab.exited && (
        <p className="tb">
          <span className="spin" aria-hidden="true" />
          <span>{texts.lab.opening(tab.label)}</span>
        </p>
      )}
      {tab.exited && !ended && (
        <p className="tb ds" role="status">
          <Icon name={tab.lost ? 'fail' : 'stop'} />
          <span>
            {texts.lab.ended(tab.label, tab.exitCode)} {tab.lost?.message}
          </span>
          <button
            type="button"
            onClick={() => {
              controller?.tabs.close(tab.id)
              void controller?.openTerminal(tab.target)
            }}
          >
            {texts.lab.openAgain}
          </button>
        </p>
      )}
      {searching && screen && (
        <TerminalSearch
          screen={screen}
          onClose={() => {
            setSearching(false)
            screen.focus()
          }}
        />
      )}
      <div className="xw">
        <div className="xt" ref={holder} />
      </div>
      {screen && !off && <TerminalKeys screen={screen} />}
    </div>
  )
}
