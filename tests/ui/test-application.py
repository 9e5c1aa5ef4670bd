#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The application as a person uses it: its window on a screen, a real server, a real other side."""

import signal
import subprocess

import desk
import rig
import ringing
import shots
from application import Case

IN_A_CALL = "You are in a call with Vali Valiyev"


class People(Case):
    def test_typing_searches(self):
        app = self.sign_in()
        app.entry("Search people").write("ec")
        app.await_gone("Vali Valiyev", "label")
        app.find("Echo Test", "label")
        app.entry("Search people").write("nobody at all")
        app.find("Nobody Found")

    def test_keys_alone_find_and_call_somebody(self):
        app = self.sign_in()
        peer = self.answerer()
        app.key("ctrl+f")
        app.type("vali")
        app.await_gone("Echo Test", "label")
        self.call_who_was_found(app)
        self.assertEqual(peer.wait_event("incoming")["kind"], "video")

    def test_a_server_that_goes_away_is_told_and_people_stay(self):
        app = self.sign_in()
        self.server.end()
        app.find("Connecting to the server.*")
        app.find("Vali Valiyev", "label")


class Calling(Case):
    def test_a_video_call_from_a_row(self):
        app = self.sign_in()
        peer = self.answerer()
        app.press("Video call Vali Valiyev")
        self.assertEqual(peer.wait_event("incoming")["kind"], "video")
        self.assert_flow(peer)
        app.press("Hang Up")
        self.assertEqual(peer.wait_event("ended")["reason"], "remote-hung-up")

    def test_an_audio_call_from_a_row(self):
        app = self.sign_in()
        peer = self.answerer()
        app.press("Call Vali Valiyev")
        self.assertEqual(peer.wait_event("incoming")["kind"], "audio")
        peer.wait_event("connected")
        peer.say("hangup")
        app.find("Call Again", "push button")  # without the mark of a mnemonic
        app.key("Escape")
        app.await_gone("Call Again", "push button")

    def test_calling_again_while_somebody_rings_can_be_done_after_that(self):
        app = self.sign_in()
        peer = self.answerer("--reject")
        app.press("Video call Vali Valiyev")
        peer.wait_event("ended")
        again = app.find("Call Again", "push button")
        peer.end()
        other = self.start(rig.Cli, self.server.url, "echo", "call", "ali")
        app.find("Answer")
        again.press()
        app.find("Somebody is calling you: answer or decline first\\.")
        other.say("hangup")
        app.await_gone("Answer")
        peer = self.answerer()
        again.press()
        peer.wait_event("connected")

    def test_the_only_choice_of_a_device_cannot_be_undone(self):
        app = self.sign_in()
        peer = self.answerer()
        app.press("Call Vali Valiyev")
        peer.wait_event("connected")
        app.press("Camera, Microphone and Speaker")
        app.find("Automatic.*", "check box|radio button")
        camera, microphone = [w for w in app.widgets() if w.name.startswith("Automatic")
                              and w.role in ("check box", "radio button")][:2]
        app.await_(lambda: camera.has_state("FOCUSED") or app.key("Tab"), "way to the devices")
        app.key("space")
        app.await_(lambda: microphone.has_state("FOCUSED") or app.key("Tab"), "way on")
        self.assertTrue(camera.has_state("CHECKED"))

    def test_a_call_that_comes_in_is_answered(self):
        app = self.sign_in()
        peer = self.caller()
        app.press("Answer")
        self.assert_flow(peer)

    def test_a_call_that_comes_in_is_declined(self):
        app = self.sign_in()
        peer = self.caller()
        app.press("Decline")
        self.assertEqual(peer.wait_event("ended")["reason"], "rejected")

    def test_keys_of_the_desktop_answer_mute_and_hang_up(self):
        app = self.sign_in()
        peer = self.caller()
        app.find("Answer")
        app.act("answer")
        peer.wait_event("connected")
        app.act("toggle-mute")
        self.await_muted(app, True)
        app.act("hang-up")
        self.assertEqual(peer.wait_event("ended")["reason"], "remote-hung-up")

    def test_keys_of_calls_work_in_a_window_beside_the_main_one(self):
        """The one that was asked for last has the keys."""
        app = self.sign_in()
        app.act("preferences")
        app.find("Preferences", "frame|dialog")
        peer = self.caller()
        app.find("Answer", usable=False)
        app.await_(lambda: peer.find("connected") or app.key("ctrl+shift+a"), "connection")
        app.act("preferences")
        app.key("ctrl+d")
        self.await_muted(app, True)
        camera = app.find("Turn Off Camera")
        self.assertTrue(camera.has_state("PRESSED"))
        app.key("ctrl+e")
        app.await_(lambda: not camera.has_state("PRESSED"), "camera")
        app.key("ctrl+shift+h")
        app.find("On hold", "label", usable=False)
        app.key("ctrl+shift+h")
        app.await_gone("On hold", "label")
        app.key("ctrl+w")
        self.assertEqual(peer.wait_event("ended")["reason"], "remote-hung-up")
        app.find("Preferences", "frame|dialog")

    def test_the_key_that_declines_is_not_the_toolkits(self):
        app = self.sign_in()
        peer = self.caller()
        app.find("Decline")
        app.key("ctrl+shift+d")
        self.assertEqual(peer.wait_event("ended")["reason"], "rejected")

    def test_do_not_disturb_shows_nothing_and_lists_the_call(self):
        app = self.sign_in()
        app.act("do-not-disturb")
        peer = self.caller("--ring-timeout", "2")
        self.assertIn(peer.wait_event("ended")["reason"], ("no-answer", "cancelled"))
        self.assertIsNone(app.look_for("Decline"))
        app.press("Recent", "page tab")
        app.find("Missed", "label")

    def test_without_a_window_calls_are_answered_all_the_same(self):
        settings = {"GSETTINGS_BACKEND": "keyfile", "XDG_CONFIG_HOME": str(self.folder)}
        app = self.sign_in(env=settings)
        app.act("quit")
        self.assert_exit(app, 0)
        self.start(desk.App, "--hidden",
                   env={"XDG_DATA_HOME": str(self.folder), **settings})
        peer = self.await_call()
        peer.wait_event("connected")

    def test_a_call_whose_window_is_closed_is_told(self):
        settings = self.folder / "glib-2.0/settings/keyfile"
        settings.parent.mkdir(parents=True)
        settings.write_text("[io/github/aloqa/Aloqa]\nrun-in-background=true\n")
        notifications = self.start(ringing.Notifications)
        app = self.sign_in(env={"GSETTINGS_BACKEND": "keyfile",
                                "XDG_CONFIG_HOME": str(self.folder)})
        peer = self.answerer()
        app.press("Video call Vali Valiyev")
        peer.wait_event("connected")
        for _ in range(2):
            self.assert_exit(self.start(desk.App), 0)
            app.await_(lambda: not notifications.find(IN_A_CALL), "end of the notification")
            app.press("Close", "push button")
            told = app.await_(lambda: notifications.find(IN_A_CALL), "notification")
            self.assertEqual(told["buttons"], ["Hang Up"])
        app.act("hang-up")
        peer.wait_event("ended")
        app.await_(lambda: not notifications.find(IN_A_CALL), "end of the notification")

    def await_call(self):
        """Calls until somebody is there to be called, and has the desktop's key answer."""
        for _ in range(20):
            peer = self.caller("--ring-timeout", "20")
            if peer.wait_until(lambda p=peer: p.find("ringing") or p.find("ended"), "ringing"):
                if peer.find("ringing"):
                    subprocess.run(["gapplication", "action", desk.BUS_NAME, "answer"], check=True)
                    return peer
        raise AssertionError("nobody rings")

    def test_a_second_launch_talks_to_the_first(self):
        self.sign_in()
        peer = self.answerer()
        second = self.start(desk.App, "--call", "vali", "--audio")
        self.assert_exit(second, 0)
        self.assertEqual(peer.wait_event("incoming")["kind"], "audio")

    def test_a_launch_while_it_quits_keeps_it(self):
        """Its server is slow, so that what ends does not end before the second launch."""
        settings = {"GSETTINGS_BACKEND": "keyfile", "XDG_CONFIG_HOME": str(self.folder)}
        app = self.sign_in(env=settings)
        peer = self.answerer()
        app.press("Video call Vali Valiyev")
        peer.wait_event("connected")
        for action, title in (("preferences", "Preferences"), ("troubles", "Find Problems"),
                              ("about", "About"), ("erase", "Erase Your Data\\?")):
            app.act(action)
            app.find(title, usable=False)
        app.act("preferences")
        app.find("Preferences", "frame|dialog")
        self.server.signal(signal.SIGSTOP)
        app.act("quit")
        app.await_(lambda: not app.widgets(), "windows that go")
        self.assert_exit(self.start(desk.App), 0)
        app.find("Aloqa", "frame")
        self.server.signal(signal.SIGCONT)
        peer.wait_event("ended")
        app.press("Video call Vali Valiyev")
        peer.wait_until(lambda: peer.count("connected") == 2, "second call")
        self.assertIsNone(app.look_for("Preferences|Find Problems|About", "frame|dialog",
                                       usable=False))
        self.assertIsNone(app.look_for("Erase Your Data\\?", usable=False))
        app.act("quit")
        self.assert_exit(app, 0)

    def test_quitting_waits_for_the_goodbye_of_signing_out(self):
        """It is still there for a second launch."""
        app = self.sign_in()
        peer = self.answerer()
        app.press("Call Vali Valiyev")
        peer.wait_event("connected")
        self.server.signal(signal.SIGSTOP)
        app.act("sign-out")
        app.find("Sign In", "push button", usable=False)
        app.act("quit")
        app.await_(lambda: not app.widgets(), "windows that go")
        self.assert_exit(self.start(desk.App), 0)
        self.server.signal(signal.SIGCONT)
        self.assertEqual(peer.wait_event("ended")["reason"], "remote-hung-up")
        app.entry("Password")
        app.act("quit")
        self.assert_exit(app, 0)

    def test_a_link_asks_before_it_calls(self):
        app = self.sign_in()
        peer = self.answerer()
        self.assert_exit(self.start(desk.App, "aloqa:call?peer=vali"), 0)
        app.find("Call Vali Valiyev\\?")
        self.assertIsNone(peer.find("incoming"))
        app.press(".*Audio", "push button")
        self.assertEqual(peer.wait_event("incoming")["kind"], "audio")

    def test_a_link_to_nobody_is_told(self):
        app = self.sign_in()
        self.assert_fits_a_phone(app, "Aloqa")  # where the tabs are at the bottom
        self.assert_exit(self.start(desk.App, "aloqa:call?peer=someone-else"), 0)
        toast = app.find("Nobody here is called “someone-else”", "label")
        tabs_y = max(w.middle()[1] for w in app.widgets() if w.role == "page tab")  # below here
        self.assertLess(toast.middle()[1], tabs_y - 40)
        self.assert_exit(self.start(desk.App, "aloqa:nonsense"), 0)
        app.find("This link names nobody to call")


class Recent(Case):
    def miss_a_call(self, app):
        self.caller("--duration", "1", "--ring-timeout", "1").wait()
        app.await_gone("Decline")

    def test_a_missed_call_is_listed_counted_called_back_and_deleted(self):
        app = self.sign_in()
        self.miss_a_call(app)
        app.find("1", "label")  # on the tab
        app.press("Recent", "page tab")
        app.find("Today", "label")
        app.find("Missed", "label")
        app.find("Vali Valiyev, Missed, Video call, Today, .+", "list item")
        self.assert_fits_a_phone(app, "Aloqa")
        app.await_gone("1", "label")
        peer = self.answerer()
        app.press("Video call Vali Valiyev")
        peer.wait_event("connected")
        app.press("Hang Up")
        app.find("Outgoing.*", "label")
        app.press("Delete the call with Vali Valiyev")
        app.await_gone("Outgoing.*", "label")
        app.find("Missed", "label")
        app.press("Delete the call with Vali Valiyev")
        app.find("Calls deleted: 2", "label")
        app.await_gone("Call deleted", "label")
        app.find("No Calls Yet")
        app.press(".*Undo", "push button")
        app.find("Outgoing.*", "label")
        app.find("Missed", "label")

    def test_all_calls_are_cleared_at_once_and_put_back(self):
        settings = {"GSETTINGS_BACKEND": "keyfile", "XDG_CONFIG_HOME": str(self.folder)}
        app = self.sign_in(env=settings)
        self.miss_a_call(app)
        app.press("Recent", "page tab")
        app.press("Clear All", "push button")
        app.find("No Calls Yet")
        app.press(".*Undo", "push button")
        app.find("Missed", "label")
        app.await_gone("All calls deleted", "label")
        app.press("Clear All", "push button")
        app.find("All calls deleted", "label")
        app.act("quit")  # while it could be undone
        self.assert_exit(app, 0)
        app = self.launch(env=settings)
        app.press("Recent", "page tab")
        app.find("No Calls Yet")


class Other(Case):
    def test_version_needs_no_screen(self):
        output = subprocess.run([desk.APPLICATION, "--version"], check=True, text=True,
                                capture_output=True, env={"PATH": "/usr/bin"}).stdout
        self.assertRegex(output, r"^Aloqa \d+\.\d+\.\d+\n$")

    def test_problems_are_named_with_what_to_do(self):
        app = self.sign_in()
        app.act("troubles")
        app.find("Signed in as ali\\.")
        app.find("There is no camera\\.\\n.+", usable=False)

    def test_problems_are_named_in_the_readers_language(self):
        settings = {"GSETTINGS_BACKEND": "keyfile", "XDG_CONFIG_HOME": str(self.folder)}
        app = self.sign_in(env=settings)
        app.act("quit")
        self.assert_exit(app, 0)
        app = self.launch(env={**settings, **shots.make_locale("ru_RU.UTF-8")})
        app.find("Vali Valiyev", "label")
        app.act("troubles")
        app.find("Вы вошли как ali\\.")
        app.find("Камеры нет\\.\\nПодключите .+", usable=False)

    def test_every_preference_is_reached_and_kept(self):
        app = self.sign_in()
        app.act("preferences")
        for page, names in (
                ("Devices", ["Echo Cancellation", "Noise Suppression", "Automatic Loudness"]),
                ("Calls", ["Do Not Disturb", "Run in the Background"]),
                ("Network", ["Relay Only"])):
            app.press(page, "page tab")
            for name in names:
                switch = app.find(name, "check box", usable=False)
                before = switch.has_state("CHECKED")
                switch.press()
                app.await_(lambda s=switch, b=before: s.has_state("CHECKED") != b,
                           f"change of “{name}”")

    def test_windows_beside_the_main_one_open_and_close(self):
        app = self.sign_in()
        for action, title in (("preferences", "Preferences"), ("troubles", "Find Problems"),
                              ("shortcuts", "Keyboard Shortcuts"), ("about", "About")):
            for _ in range(2):
                app.act(action)
                self.assert_fits_a_phone(app, title)
                window = app.find(title, "frame|dialog")
                self.assertFalse(window.has_state("MODAL"), f"calls are locked out by “{title}”")
                app.key("Escape")
                app.await_gone(title, "frame|dialog")

    def test_keys_are_told_with_what_they_do(self):
        """A screen reader says the keys, which are pictures in the row."""
        app = self.sign_in()
        app.act("shortcuts")
        for name, keys in (("Hang up", "Ctrl+W"), ("Camera on and off", "Ctrl+E"),
                           ("Microphone on and off", "Ctrl+D"), ("Full screen", "F11")):
            row = app.find(name, "list item|list box row", usable=False)
            self.assertEqual(row.description, keys, name)

    def test_erasing_asks_and_leaves_nothing(self):
        app = self.sign_in()
        app.act("preferences")
        app.press("Calls", "page tab")
        app.press("Erase…", "push button")
        app.find("Erase Your Data\\?")
        app.press(".*Erase", "push button")
        app.find("Your data were erased")
        self.assertEqual(app.entry("User Name").text, "")
        self.assertEqual([str(f) for f in self.folder.rglob("history.db*")], [])

    def erase(self, app):
        app.act("erase")
        app.press(".*Erase", "push button")

    def test_quitting_waits_for_erasing(self):
        settings = {"GSETTINGS_BACKEND": "keyfile", "XDG_CONFIG_HOME": str(self.folder)}
        app = self.sign_in(env=settings)
        peer = self.answerer()
        app.press("Call Vali Valiyev")
        peer.wait_event("connected")
        self.server.signal(signal.SIGSTOP)
        self.erase(app)
        app.find("Sign In", "push button", usable=False)
        app.act("quit")
        app.await_(lambda: not app.widgets(), "windows that go")
        self.server.signal(signal.SIGCONT)
        self.assert_exit(app, 0)
        self.assertEqual([str(f) for f in self.folder.rglob("history.db*")], [])
        kept = [f for f in self.folder.rglob("keyfile") if "user=" in f.read_text("utf-8")]
        self.assertEqual(kept, [])

    def test_what_is_not_erased_is_told(self):
        """Even to who has quit meanwhile: it comes back."""
        app = self.sign_in()
        peer = self.answerer()
        app.press("Call Vali Valiyev")
        peer.wait_event("connected")
        in_the_way = self.folder / "aloqa/history.db-journal"
        in_the_way.mkdir()
        self.server.signal(signal.SIGSTOP)
        self.erase(app)
        app.find("Sign In", "push button", usable=False)
        app.act("quit")
        app.await_(lambda: not app.widgets(), "windows that go")
        self.server.signal(signal.SIGCONT)
        app.find("Not everything was erased: the list of calls is still here.*", "label")
        self.assertEqual(list(self.folder.rglob("history.db*")), [in_the_way])
        in_the_way.rmdir()
        self.erase(app)
        app.find("Your data were erased", "label")

    def test_everything_that_can_be_pressed_has_a_name(self):
        app = self.sign_in()
        for action in (None, "preferences", "troubles"):
            if action:
                app.act(action)
                app.await_(lambda: len([w for w in app.widgets() if w.role in ("frame", "dialog")])
                           > 1, f"window of {action}")
            nameless = [(w.role, w.describe_place()) for w in app.widgets()
                        if w.role in ("push button", "toggle button", "check box", "entry", "text",
                                      "slider", "spin button", "combo box")
                        and w.is_usable and w.has_state("FOCUSABLE")
                        and w.name in ("", "GtkImage", "GtkButton", "GtkEntry", "GtkText")]
            self.assertEqual(nameless, [])


if __name__ == "__main__":
    if reason := desk.why_no_desk():
        print(f"1..0 # SKIP {reason}")
    else:
        rig.main()
