#!/usr/bin/env python3
"""The same events through Nashboard and through other dashboards: how long until they are visible by each one's own channel.

Usage: peers.py NASHBOARD [--only NAME…]

Each is given what it does best: everything is flushed at once, intervals of reloading are as short as it allows. A peer
that is not installed, or fails, is said and left out. Two scenes: 100 reports at 10 a second, of each the time from the
writing to the first moment at which a client can see it; and 2,000 reports as fast as the writer takes them, the time
until the last is visible. Seen means: by the event stream of Nashboard, the web socket of Visdom, the HTTP API that the
page of TensorBoard, Aim or Trackio itself asks, which is asked again and again without a pause of more than 5 ms.
"""

import argparse
import json
import os
import pathlib
import platform
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

PACED, RATE, BURST = 100, 10.0, 2_000
PATIENCE = 120
# As a trainer of Nashboard: prints, and says when.
PRINTER = """
import sys, time
count, rate = int(sys.argv[1]), float(sys.argv[2])
begun = time.time()
for n in range(1, count + 1):
    if rate: time.sleep(max(0, begun + n / rate - time.time()))
    print(f"Epoch {n}/{count} Generator Loss: {1 / n:.6f} Discriminator Loss: 1.3391 @{n}.{time.time_ns()}@", flush=True)
time.sleep(1)
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def fetch(url, body=None, timeout=30):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=timeout) as answer:
        return json.load(answer)


def wait_for(url, seconds=60):
    until = time.time() + seconds
    while True:
        try:
            return urllib.request.urlopen(url, timeout=5).status
        except urllib.error.HTTPError as error:
            # Whatever it says, it is there.
            return error.code
        except OSError:
            if time.time() > until:
                raise
            time.sleep(0.1)


class Peer:
    """A dashboard with its server in `folder`. `latest` gives the number of the last report that can be seen."""

    process = None

    def __init__(self, folder):
        self.folder, self.port = str(folder), free_port()

    def launch(self, *command, **more):
        log = open(os.path.join(self.folder, "server.log"), "w")
        # In a session of its own, so that what it starts besides ends with it.
        self.process = subprocess.Popen(
            command, stdout=log, stderr=log, cwd=self.folder, start_new_session=True, **more
        )

    def scene(self, count, rate):
        """Writes and looks at the same time: delays in seconds, and seconds from the first writing to the last seeing."""
        written, seen, failed = {}, {}, []

        def look():
            last, until = 0, time.time() + PATIENCE
            try:
                while last < count and time.time() < until:
                    now = self.latest()
                    moment = time.time()
                    for number in range(last + 1, now + 1):
                        seen[number] = moment
                    if now <= last:
                        time.sleep(0.005)
                    last = max(last, now)
            except Exception as error:  # A peer that breaks is told, and the others go on.
                failed.append(error)

        looker = threading.Thread(target=look)
        self.begin(f"{'paced' if rate else 'burst'}")
        looker.start()
        begun = time.time()
        for number in range(1, count + 1):
            if rate:
                time.sleep(max(0, begun + number / rate - time.time()))
            written[number] = time.time()
            self.write(number, 1 / number)
        self.flush()
        looker.join()
        if failed:
            raise failed[0]
        delays = sorted(seen[number] - written[number] for number in seen)
        whole = max(seen.values()) - written[1] if len(seen) == count else None
        return delays, whole, count - len(seen)

    def flush(self):
        pass

    def stop(self):
        if self.process:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait(20)


class TensorBoard(Peer):
    """Its smallest interval of reloading that is no constant reload is set; the page itself asks every 30 s."""

    def __init__(self, folder):
        import tensorboardX

        super().__init__(folder)
        self.make = tensorboardX.SummaryWriter
        self.launch(sys.executable, "-m", "tensorboard.main", "--logdir", self.folder, "--port", str(self.port),
                    "--reload_interval", "0.1", "--host", "127.0.0.1")
        wait_for(f"http://127.0.0.1:{self.port}/data/logdir")

    def begin(self, run):
        self.run = run
        self.writer = self.make(os.path.join(self.folder, run), flush_secs=1)

    def write(self, number, value):
        self.writer.add_scalar("g_loss", value, number)
        self.writer.add_scalar("d_loss", 1.3391, number)
        if self.run == "paced":
            self.writer.flush()

    def flush(self):
        self.writer.flush()

    def latest(self):
        # Long series are sampled; the last point is always among the samples.
        try:
            points = fetch(f"http://127.0.0.1:{self.port}/data/plugin/scalars/scalars?tag=d_loss&run={self.run}")
        except OSError:
            return 0
        return max((int(point[1]) for point in points), default=0)


class Trackio(Peer):
    def __init__(self, folder):
        os.environ.update(TRACKIO_DIR=str(folder), HF_HUB_OFFLINE="1", GRADIO_ANALYTICS_ENABLED="False")
        import trackio

        super().__init__(folder)
        self.trackio = trackio
        self.launch(sys.executable, "-c", "import trackio, sys; trackio.show(open_browser=False, block_thread=True, "
                    f"host='127.0.0.1', server_port={self.port})", env={**os.environ})
        wait_for(f"http://127.0.0.1:{self.port}/")

    def begin(self, run):
        self.run = run
        self.trackio.init(project="bench", name=run, embed=False, auto_log_gpu=False, auto_log_cpu=False)

    def write(self, number, value):
        self.trackio.log({"g_loss": value, "d_loss": 1.3391}, step=number)

    def flush(self):
        if self.run == "burst":
            self.trackio.finish()

    def latest(self):
        body = {"project": "bench", "run": self.run, "metric_name": "d_loss"}
        try:
            answer = fetch(f"http://127.0.0.1:{self.port}/api/get_metric_values", body)
        except OSError:
            return 0
        points = answer.get("data", answer) if isinstance(answer, dict) else answer
        return max((int(point["step"]) for point in points), default=0)


class Aim(Peer):
    run = None

    def __init__(self, folder):
        import aim

        super().__init__(folder)
        self.aim = aim
        self.program = os.path.join(os.path.dirname(sys.executable), "aim")
        subprocess.run([self.program, "init"], cwd=folder, check=True, capture_output=True)
        self.launch(self.program, "up", "--host", "127.0.0.1", "--port", str(self.port), "--workers", "1",
                    env={**os.environ, "AIM_UI_TELEMETRY_ENABLED": "0"})
        wait_for(f"http://127.0.0.1:{self.port}/api/projects/")

    def begin(self, run):
        if self.run:
            self.run.close()
        self.run = self.aim.Run(repo=self.folder, experiment=run, system_tracking_interval=None, log_system_params=False,
                                capture_terminal_logs=False)

    def write(self, number, value):
        self.run.track(value, name="g_loss", step=number)
        self.run.track(1.3391, name="d_loss", step=number)

    def stop(self):
        self.run.close()
        super().stop()

    def latest(self):
        url = f"http://127.0.0.1:{self.port}/api/runs/{self.run.hash}/metric/get-batch/"
        try:
            traces = fetch(url, [{"name": "d_loss", "context": {}}])
        except OSError:
            return 0
        return max((int(step) for trace in traces for step in trace["iters"]), default=0)


class Visdom(Peer):
    def __init__(self, folder):
        import visdom
        import websocket

        super().__init__(folder)
        # Its own start first downloads the scripts of its page, of which nothing here has any use.
        start = "from visdom.server.run_server import main; main()"
        self.launch(sys.executable, "-c", start, "-port", str(self.port), "-env_path", self.folder,
                    "--hostname", "127.0.0.1")
        wait_for(f"http://127.0.0.1:{self.port}/")
        self.client = visdom.Visdom(server="http://127.0.0.1", port=self.port, use_incoming_socket=False)
        self.socket = websocket.create_connection(f"ws://127.0.0.1:{self.port}/socket", timeout=PATIENCE)
        self.seen = 0

    def begin(self, run):
        self.run, self.seen = run, 0

    def write(self, number, value):
        self.client.line([[value, 1.3391]], [number], win=self.run, update="append" if number > 1 else None)

    def latest(self):
        # A window comes whole or as a patch; the highest place on its axis is the last report.
        text = self.socket.recv()
        if self.run in text:
            numbers = re.findall(r'"x": \[([^\]]*)\]|"path": "[^"]*/x/\d+", "value": ([\d.]+)', text)
            places = [float(word) for pair in numbers for part in pair for word in part.split(",") if word.strip()]
            self.seen = max([self.seen, *(int(place) for place in places)])
        return self.seen


class Nashboard(Peer):
    """As the others, but the trainer is a process that prints: its delays include the pipe and the recorder."""

    program = None

    def __init__(self, folder):
        super().__init__(folder)
        os.mkdir(os.path.join(folder, "data"))
        pathlib.Path(folder, "data/small.csv").write_text("x,y\n1,2\n2,3\n3,4\n4,5\n")
        pathlib.Path(folder, "printer.py").write_text(PRINTER)
        trainers = "".join(
            f"[[trainer]]\nname = '{name}'\ncommand = ['{sys.executable}', 'printer.py', '{count}', '{rate}']\n"
            for name, count, rate in [("paced", PACED, RATE), ("burst", BURST, 0)]
        )
        pathlib.Path(folder, "Leptos.toml").write_text(trainers)
        self.launch(self.program, "serve", "--addr", f"127.0.0.1:{self.port}")
        self.url = f"http://127.0.0.1:{self.port}"
        wait_for(f"{self.url}/healthz")

    def scene(self, count, rate):
        stream = urllib.request.urlopen(f"{self.url}/events/logs", timeout=PATIENCE)
        stream.readline()
        source = fetch(f"{self.url}/api/data_sources")[0]["id"]
        fetch(f"{self.url}/api/start_training", {"data_source": source, "trainer": "paced" if rate else "burst"})
        delays, first, number = [], None, 0
        while number < count:
            found = re.search(rb"@(\d+)\.(\d+)@", stream.readline())
            if found:
                now = time.time_ns()
                number, written = int(found[1]), int(found[2])
                first = first or written
                delays.append((now - written) / 1e9)
        while fetch(f"{self.url}/api/training_status")["status"] in ("running", "stopping"):
            time.sleep(0.1)
        return sorted(delays), (now - first) / 1e9, count - len(delays)


def measure(kind):
    with tempfile.TemporaryDirectory() as folder:
        peer = kind(folder)
        try:
            delays, _, missing = peer.scene(PACED, RATE)
            _, whole, never = peer.scene(BURST, 0)
        finally:
            peer.stop()
    milliseconds = [f"{1e3 * delays[min(len(delays) - 1, int(len(delays) * share))]:.1f} ms" for share in (0.5, 0.99)]
    burst = f"{whole:.2f} s" if whole is not None else f"not within {PATIENCE} s: {never} missing"
    return [*milliseconds, burst, str(missing)]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("nashboard")
    parser.add_argument("--only", nargs="*")
    arguments = parser.parse_args()
    Nashboard.program = os.path.abspath(arguments.nashboard)
    rows = []
    for kind in (Nashboard, TensorBoard, Trackio, Aim, Visdom):
        if arguments.only and kind.__name__ not in arguments.only:
            continue
        try:
            row = measure(kind)
        except ImportError as error:
            row = [f"not installed ({error.name})", "", "", ""]
        except Exception as error:
            row = [f"failed: {type(error).__name__}: {str(error)[:120]}", "", "", ""]
        rows.append([kind.__name__, *row])
        print(rows[-1], file=sys.stderr)
    head = ["", f"visible, p50 of {PACED}", "p99", f"{BURST:,} reports, last visible after", "never seen of the first"]
    lines = [head, ["---", *["---:"] * 4], *rows]
    text = "".join("| " + " | ".join(row) + " |\n" for row in lines)
    print(text)
    note = os.environ.get("NASHBOARD_BENCH_NOTE")
    if note:
        when = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime())
        path = pathlib.Path(note)
        before, rest = path.read_text().split("<!-- peers -->", 1)
        _, after = rest.split("<!-- /peers -->", 1)
        about = f"Measured {when} on {os.cpu_count()} cores, Python {platform.python_version()}."
        path.write_text(f"{before}<!-- peers -->\n{about}\n\n{text}<!-- /peers -->{after}")


if __name__ == "__main__":
    main()
