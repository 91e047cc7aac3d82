/** What stands around every page. */
import { ActionIcon } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { IconSearch } from "@tabler/icons-react";
import { Link, Outlet, useNavigate } from "@tanstack/react-router";
import { type ComponentType, lazy, Suspense, useEffect, useState } from "react";
import { ConfirmHost } from "#ui/confirm";
import { ErrorBoundary } from "#ui/ErrorBoundary";
import { listenForHotkeys, useHotkey } from "#ui/hotkeys";
import { ThemeSwitch } from "#ui/ThemeSwitch";
import { toast } from "#ui/toast";
import { ConnectionIndicator, ConnectionNotice } from "./ConnectionIndicator";
import { useCurrentCrumbs } from "./crumbs";
import { KeysDialog } from "./KeysDialog";
import { openPalette, takeEarly } from "./palette";
import styles from "./Shell.module.css";

const loadPalette = (): Promise<{ default: ComponentType }> =>
  import("./Palette").catch(() => ({ default: PaletteLost }));
const Palette = lazy(loadPalette);
const IDLE_MS = 2000;

/** Its part of the build is not there any more, or the server is not. */
function PaletteLost() {
  useEffect(() => {
    takeEarly();
    toast.error("Reload the page to have it.", "The search could not be loaded");
  }, []);
  return null;
}

export function Shell() {
  useEffect(listenForHotkeys, []);
  return (
    <>
      <a href="#main" className={styles.skip}>
        To the content
      </a>
      <TopBar />
      <ConnectionNotice />
      <main id="main" tabIndex={-1} style={{ outline: "none" }}>
        <ErrorBoundary>
          <Outlet />
        </ErrorBoundary>
      </main>
      <Notifications position="bottom-right" limit={5} />
      <ConfirmHost />
      <KeysDialog />
    </>
  );
}

function TopBar() {
  return (
    <header className={styles.bar}>
      <Link to="/experiments" className={styles.home} aria-label="Athanor, to the experiments">
        <img src="/favicon.svg" width={22} height={22} alt="" />
        <span className={styles.name}>Athanor</span>
      </Link>
      <Breadcrumbs />
      <nav className={styles.nav} aria-label="Pages">
        <Link to="/experiments">Experiments</Link>
        <Link to="/runs">Runs</Link>
      </nav>
      <PaletteButton />
      <ThemeSwitch />
      <ConnectionIndicator />
    </header>
  );
}

function Breadcrumbs() {
  const crumbs = useCurrentCrumbs();
  return (
    <nav className={styles.crumbs} aria-label="Breadcrumbs">
      <ol>
        {crumbs.map(({ label, to }) => (
          <li key={`${to} ${label}`} aria-current={to ? undefined : "page"}>
            {to ? (
              <Link className="clip" to={to}>
                {label}
              </Link>
            ) : (
              <span className="clip">{label}</span>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}

function PaletteButton() {
  const [wanted, setWanted] = useState(false);
  const navigate = useNavigate();
  const open = () => {
    setWanted(true);
    openPalette();
  };
  useEffect(() => {
    const soon = setTimeout(() => void loadPalette(), IDLE_MS); // so that the first Ctrl-K is quick
    return () => clearTimeout(soon);
  }, []);
  useHotkey("mod+k", "Search and commands", open);
  useHotkey("n", "New instance", () => void navigate({ to: "/experiments/new" }));
  return (
    <>
      <ActionIcon variant="subtle" color="gray" aria-label="Search and commands" onClick={open}>
        <IconSearch size={17} />
      </ActionIcon>
      <Suspense>{wanted && <Palette />}</Suspense>
    </>
  );
}
