#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every way to be signed in, and what is told where it fails."""

import socket
import subprocess

import desk
import rig
import ringing
from application import Case


class SigningIn(Case):
    def test_wrong_password_is_told_and_the_right_one_works(self):
        app = self.launch("--server", self.serve(), "--user", "ali")
        app.entry("Password").write("not-demo")
        app.press("Sign In", "push button")
        app.find(".*does not know this name and password together.*")
        app.entry("Password").write("demo")
        app.press("Sign In", "push button")
        app.find("Echo Test", "label")

    def test_a_server_that_is_not_there_is_told(self):
        app = self.launch("--server", "http://127.0.0.1:9", "--user", "ali")
        app.entry("Password").write("demo")
        app.press("Sign In", "push button")
        app.find(".*does not answer\\. Check the address.*")

    def test_without_encryption_only_where_the_person_says_so_once(self):
        settings = {"GSETTINGS_BACKEND": "keyfile", "XDG_CONFIG_HOME": str(self.folder)}
        address = "http://192.0.2.1:9"
        app = self.launch("--server", address, "--user", "ali", env=settings)
        app.entry("Password").write("demo")
        app.press("Sign In", "push button")
        app.find(".*would be reached without encryption.*")
        app.press("Sign In without Encryption")
        tried = ".*does not answer.*|Cancel"  # by whether the machine has a way to nowhere
        app.find(tried)
        app.end()
        app = self.launch("--server", address, "--user", "ali", env=settings)
        app.entry("Password").write("demo")
        app.press("Sign In", "push button")
        app.find(tried)

    def test_keys_alone_sign_in(self):
        app = self.launch("--server", self.serve())
        app.entry("User Name")
        app.type("ali")
        app.key("Return")
        app.type("demo")
        app.key("Return")
        app.find("Vali Valiyev", "label")

    def test_a_server_is_looked_for_while_its_address_is_typed(self):
        url = self.serve()
        app = self.launch()
        app.entry("Server").write(url)
        app.find("This server answers", "image")

    def test_without_a_server_the_echo_contact_can_be_called(self):
        app = self.launch()
        app.press("Try It Without a Server")
        app.press("Video call Echo Test")
        app.find("0:0[1-9]", "label")
        app.press("Hang Up")
        app.find("Call Again", "push button")
        app.act("quit")
        self.assert_exit(app, 0)
        self.assertEqual(list(self.folder.rglob("history.db")), [], "nobody's history")

    def test_the_next_run_signs_in_by_itself_until_one_signs_out(self):
        settings = {"GSETTINGS_BACKEND": "keyfile", "XDG_CONFIG_HOME": str(self.folder)}
        app = self.sign_in(env=settings)
        app.act("quit")
        self.assert_exit(app, 0)
        for file in self.folder.rglob("*"):
            if file.is_file():
                self.assertNotIn(b"eyJ", file.read_bytes(), f"a token in {file}")
        app = self.launch(env=settings)
        app.find("Vali Valiyev", "label")
        app.act("sign-out")
        app.entry("Password")
        app.act("quit")
        self.assert_exit(app, 0)
        app = self.launch(env=settings)
        app.entry("Password")

    def keep_signed_in(self):
        """Signs in for the next run, too. Returns its settings and a way to serve again."""
        database = self.folder / "server.db"
        rig.add_users(database)
        settings = {"GSETTINGS_BACKEND": "keyfile", "XDG_CONFIG_HOME": str(self.folder)}
        self.server = self.start(rig.Server, "--database", database)
        app = self.launch("--server", self.server.url, "--user", "ali", env=settings)
        app.entry("Password").write("demo")
        app.press("Sign In", "push button")
        app.find("vali", "label")
        app.act("quit")
        self.assert_exit(app, 0)
        self.server.end()
        return settings, ["--database", database, "--port", str(self.server.port)]

    def test_a_start_without_the_server_waits_for_it_and_signs_in(self):
        settings, serving = self.keep_signed_in()
        app = self.launch(env=settings)
        app.find("Waiting for the (Network|Server)", "label")
        self.assertIsNone(app.look_for("Password"))
        self.start(rig.Server, *serving)
        app.find("vali", "label")

    def test_a_password_given_for_once_takes_what_was_kept_away(self):
        settings, serving = self.keep_signed_in()
        app = self.launch(env=settings)
        app.press("Sign In with Password")
        self.start(rig.Server, *serving)
        app.entry("Password").write("demo")
        app.press("Keep Me Signed In.*", "switch|check box|toggle button")
        app.press("Sign In", "push button")
        app.find("vali", "label")
        app.act("quit")
        self.assert_exit(app, 0)
        kept = self.folder / "glib-2.0/settings/keyfile"
        text = kept.read_text(encoding="utf-8")
        self.assertIn("stay-signed-in=false", text)
        kept.write_text(text.replace("stay-signed-in=false", "stay-signed-in=true"), "utf-8")
        app = self.launch(env=settings)
        app.entry("Password")

    def test_without_a_window_a_sign_in_that_ended_is_told(self):
        settings, serving = self.keep_signed_in()
        subprocess.run([rig.SERVER, "user", "disable", "ali", "--database", serving[1]], check=True,
                       capture_output=True)
        self.start(rig.Server, *serving)
        shown = self.start(ringing.Notifications)
        app = self.start(desk.App, "--hidden", env={"XDG_DATA_HOME": str(self.folder), **settings})
        shown.wait_until(lambda: shown.find("No Calls Reach You"), "notification")
        self.assertEqual(app.widgets(), [])

    def test_without_a_keyring_it_is_said_that_one_signs_in_again(self):
        with desk.Desk.get().without_keyring():
            app = self.sign_in()
            app.find("No keyring keeps your sign-in.*")

    def test_signing_out_goes_back_to_the_form(self):
        app = self.sign_in()
        app.act("sign-out")
        app.entry("Password")
        self.assertIsNone(app.look_for("Vali Valiyev"))

    def test_no_secret_is_on_a_command_line_or_in_the_log(self):
        app = self.sign_in(env={"G_MESSAGES_DEBUG": "all"})
        lines = "\n".join(app.lines + app.errors)
        command_line = open(f"/proc/{app.pid}/cmdline", encoding="utf-8").read()
        self.assertNotIn("eyJ", lines)
        self.assertNotIn("eyJ", command_line)
        self.assertNotIn("demo", command_line.split("aloqa", 1)[1])


    def test_a_launch_that_names_a_server_fills_in_the_form_that_is_open(self):
        app = self.launch("--server", "chat.example.org")
        self.assertEqual(app.entry("Server").text, "chat.example.org")
        url = self.serve()
        self.assert_exit(self.start(desk.App, "--server", url, "--user", "ali"), 0)
        app.await_(lambda: app.entry("Server").text == url, "other server")
        app.entry("Password").write("demo")
        app.press("Sign In", "push button")
        app.find("Vali Valiyev", "label")
        self.assert_exit(self.start(desk.App, "--server", "chat.example.org"), 0)
        app.find("Signed in as ali on http.*Sign out to sign in elsewhere.*")

    def test_a_launch_of_the_demo_leaves_who_is_signed_in_and_their_call_alone(self):
        app = self.sign_in()
        peer = self.answerer()
        app.press("Video call Vali Valiyev")
        peer.wait_event("connected")
        self.assert_exit(self.start(desk.App, "--demo"), 0)
        app.find("Signed in as ali on http.*Sign out to sign in elsewhere.*")
        app.press("Hang Up")
        peer.wait_event("ended")

    def test_a_launch_for_elsewhere_calls_nobody_from_the_account_that_is_signed_in(self):
        app = self.sign_in()
        peer = self.answerer()
        for where in (["--demo"], ["--user", "echo"], ["--server", "chat.example.org"]):
            self.launch_again(*where, "--call", "vali", "--audio")
        self.launch_again("--call", "vali", "--audio", env={"API_BASE": "https://chat.example.org"})
        app.press("Video call Vali Valiyev")
        self.assertEqual(peer.wait_event("incoming")["kind"], "video")

    def launch_again(self, *words, env=None):
        """While it runs: that one hears of it."""
        self.assert_exit(self.start(desk.App, *words, env=env), 0)

    def test_a_launch_where_the_environment_names_the_server_that_is_signed_in_to_calls(self):
        self.sign_in()
        peer = self.answerer()
        base = self.server.url.replace("http://", "") + "/api/"
        self.launch_again("--call", "vali", "--audio", env={"API_BASE": base})
        self.assertEqual(peer.wait_event("incoming")["kind"], "audio")

    def test_a_launch_of_the_demo_does_not_ask_the_environment_for_a_server(self):
        elsewhere = {"API_BASE": "https://chat.example.org"}
        app = self.launch("--demo", env=elsewhere)
        app.find("Echo Test", "label")
        self.launch_again("--demo", "--call", "echo", "--audio", env=elsewhere)
        app.find("Hang Up")

    def test_what_a_launch_was_refused_is_forgotten(self):
        app = self.sign_in()
        peer = self.answerer()
        self.launch_again("--server", "chat.example.org", "--call", "vali")
        app.find("Signed in as ali on http.*Sign out to sign in elsewhere.*")
        self.launch_again("--user", "ali", "--call", "vali", "--audio")
        self.assertEqual(peer.wait_event("incoming")["kind"], "audio")
        app.press("Hang Up")
        app.act("sign-out")
        app.entry("Password")
        self.launch_again("--user", "vali")
        app.await_(lambda: app.entry("User Name").text == "vali", "other user")
        self.assertEqual(app.entry("Server").text, self.server.url)

    def test_who_was_to_be_called_elsewhere_is_called_here_only_where_the_person_says_so(self):
        app = self.launch("--server", "chat.example.org", "--call", "vali", "--audio")
        app.entry("Server").write(self.serve())
        peer = self.answerer()
        app.entry("User Name").write("ali")
        app.entry("Password").write("demo")
        app.press("Sign In", "push button")
        app.find(".*“vali” was meant for another account.*")
        app.press(".*Video", "push button")
        self.assertEqual(peer.wait_event("incoming")["kind"], "video")

    def test_a_launch_for_elsewhere_is_told_that_the_sign_in_is_still_on_its_way(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            app = self.launch("--server", f"http://127.0.0.1:{silent.getsockname()[1]}",
                              "--user", "ali")
            app.entry("Password").write("demo")
            app.press("Sign In", "push button")
            app.find("Cancel", "push button")
            self.launch_again("--server", "chat.example.org")
            app.find("Signing in as ali on http.*Cancel that to sign in elsewhere.*")
            self.assertIsNone(app.look_for("Signed in as.*"))

    def test_the_demo_ends_with_signing_out_and_can_begin_anew(self):
        app = self.launch()
        for _ in range(2):
            app.press("Try It Without a Server")
            app.find("Echo Test", "label")
            self.assertEqual(sorted(self.find_children(app)), ["aloqa-cli", "aloqa-server"])
            app.act("sign-out")
            app.await_(lambda: not self.find_children(app), "end of the demo's programs")

    @staticmethod
    def find_children(app):
        """The names of our programs that it runs."""
        names = subprocess.run(["ps", "--ppid", str(app.pid), "-o", "comm="], text=True,
                               capture_output=True, check=False).stdout.split("\n")
        return [name for name in names if name.startswith("aloqa")]


if __name__ == "__main__":
    if reason := desk.why_no_desk():
        print(f"1..0 # SKIP {reason}")
    else:
        rig.main()
