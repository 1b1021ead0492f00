"""The embedded trainer beside PyTorch and CTGAN: quality, CPU time and steps a second, in one run.

Usage: trainer.py NASHBOARD STEPS_PER_SECOND [--seeds 0 1 2] [--without-ctgan]

NASHBOARD is the program, STEPS_PER_SECOND what the bench `trainer` printed. The data sets are those of data/ and, where npm can
deliver the package vega-datasets, its bird strikes. What is not installed is said and left out. Quality is the report of
SDMetrics, against the rows that were trained on; a fifth of the rows is held out to tell copies from fresh rows.
"""

import argparse
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import time
import warnings

warnings.filterwarnings("ignore")
os.environ["OMP_NUM_THREADS"] = "1"
ROOT = pathlib.Path(__file__).resolve().parent.parent


def installed(name):
    try:
        return __import__(name)
    except ImportError:
        print(f"{name} is not installed: what needs it is left out")
        return None


numpy, pandas, sdmetrics = (installed(name) for name in ("numpy", "pandas", "sdmetrics"))
torch = installed("torch")
if not all((numpy, pandas, sdmetrics)):
    sys.exit("nothing can be measured without numpy, pandas and sdmetrics")


def read(path):
    return pandas.read_csv(path, keep_default_na=False, na_values=[""])


def datasets(folder):
    yield "weather", read(ROOT / "data/seattle-weather.csv").drop(columns="date")
    yield "penguins", read(ROOT / "data/penguins.csv").dropna()
    packed = subprocess.run(
        ["npm", "pack", "--silent", "vega-datasets@3.2.1"], cwd=folder, capture_output=True, text=True
    )
    if packed.returncode:
        print("vega-datasets is not to be had: bird strikes are left out")
        return
    subprocess.run(["tar", "xzf", packed.stdout.split()[-1], "package/data/birdstrikes.csv"], cwd=folder, check=True)
    birds = read(folder / "package/data/birdstrikes.csv")
    many = ["Airport Name", "Aircraft Make Model", "Flight Date", "Aircraft Airline Operator", "Origin State"]
    yield "bird strikes", birds.drop(columns=[*many, "Wildlife Species"]).dropna(subset="Speed IAS in knots")


def kinds(real):
    """Metadata as SDMetrics takes it; whole numbers with up to ten values are categories."""
    columns = {}
    for name, cells in real.items():
        known = cells.dropna()
        if not pandas.api.types.is_numeric_dtype(cells):
            columns[name] = {"sdtype": "categorical"}
        elif (known == known.round()).all() and known.nunique() <= 10:
            columns[name] = {"sdtype": "categorical"}
        else:
            columns[name] = {"sdtype": "numerical"}
    return {"columns": columns}


def quality(real, made):
    from sdmetrics.reports.single_table import QualityReport

    meta = kinds(real)
    real, made = real.copy(), made[list(real)].copy()
    for name, kind in meta["columns"].items():
        if kind["sdtype"] == "categorical":
            for rows in (real, made):
                rows[name] = rows[name].map(lambda cell: None if pandas.isna(cell) else str(cell))
    report = QualityReport()
    report.generate(real, made, meta, verbose=False)
    scores = report.get_properties().set_index("Property")["Score"]
    return float(scores["Column Pair Trends"]), float(scores["Column Shapes"])


def shuffled(real, seed):
    rng = numpy.random.default_rng(seed)
    return pandas.DataFrame({name: rng.permutation(cells.to_numpy()) for name, cells in real.items()})


def copies(train, held, made):
    """Share of rows nearer to a training row than to a held-out one, of equally many; and exact copies of single rows."""
    meta = kinds(train)["columns"]

    def numbers(rows):
        parts = []
        for name, kind in meta.items():
            if kind["sdtype"] == "numerical":
                cells = pandas.to_numeric(rows[name]).fillna(train[name].mean())
                parts.append(cells.to_numpy(float)[:, None] / (train[name].std() or 1))
            else:
                values = sorted(train[name].astype(str).unique())
                parts.append((rows[name].astype(str).to_numpy()[:, None] == numpy.array(values)) * 0.7071)
        return numpy.concatenate(parts, 1)

    def nearest(rows, others):
        blocks = [rows[at : at + 256] for at in range(0, len(rows), 256)]
        return numpy.concatenate([((block[:, None] - others[None]) ** 2).sum(2).min(1) for block in blocks])

    known, fresh, drawn = numbers(train), numbers(held), numbers(made)
    shares = []
    for seed in range(3):
        some = known[numpy.random.default_rng(seed).permutation(len(known))[: len(fresh)]]
        to_known, to_fresh = nearest(drawn, some), nearest(drawn, fresh)
        shares.append(((to_known < to_fresh) + 0.5 * (to_known == to_fresh)).mean())
    key = lambda rows: rows.astype(str).agg("|".join, axis=1)
    counts = key(train).value_counts()
    return float(numpy.mean(shares)), int(key(made).isin(counts[counts == 1].index).sum())


def children():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def ours(program, train, folder, seed):
    source, out, made = folder / "train.csv", folder / f"out-{time.monotonic_ns()}", folder / "made.csv"
    train.to_csv(source, index=False)
    before = children()
    subprocess.run(
        [program, "train", "--data", source, "--epochs", "300", "--seed", str(seed), "--out", out],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    cpu = children() - before
    checkpoint = out / "checkpoints/epoch-000300.safetensors"
    subprocess.run(
        [program, "sample", "--checkpoint", checkpoint, "--rows", str(len(train)), "--out", made], check=True
    )
    return read(made), cpu


def ctgan(train, seed):
    from ctgan import CTGAN

    torch.manual_seed(seed)
    numpy.random.seed(seed)
    categories = [name for name, kind in kinds(train)["columns"].items() if kind["sdtype"] == "categorical"]
    before = time.process_time()
    model = CTGAN(epochs=300)
    model.fit(train, categories)
    return model.sample(len(train)), time.process_time() - before


def pytorch_steps():
    """Steps a second of the job that the bench `trainer` describes, at one thread."""
    torch.set_num_threads(1)
    nn = torch.nn
    leaky = lambda: nn.LeakyReLU(0.2)
    generator = nn.Sequential(nn.Linear(128, 256), leaky(), nn.Linear(256, 256), leaky(), nn.Linear(256, 64))
    discriminator = nn.Sequential(nn.Linear(64, 256), leaky(), nn.Linear(256, 256), leaky(), nn.Linear(256, 1))
    of_generator = torch.optim.Adam(generator.parameters(), 2e-4, (0.5, 0.999))
    of_discriminator = torch.optim.Adam(discriminator.parameters(), 2e-4, (0.5, 0.999))
    loss, real = nn.BCEWithLogitsLoss(), torch.rand(500, 64) * 3.4 - 1.7
    ones, zeros = torch.ones(500, 1), torch.zeros(500, 1)

    def step():
        fake = generator(torch.rand(500, 128) * 3.4 - 1.7)
        of_discriminator.zero_grad()
        logits = discriminator(torch.cat([real, fake.detach()]))
        (loss(logits[:500], ones) + loss(logits[500:], zeros)).backward()
        of_discriminator.step()
        of_generator.zero_grad()
        loss(discriminator(fake), ones).backward()
        of_generator.step()

    for _ in range(20):
        step()
    fastest = 0.0
    for _ in range(5):
        began = time.perf_counter()
        for _ in range(100):
            step()
        fastest = max(fastest, 100 / (time.perf_counter() - began))
    return fastest


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("nashboard")
    arguments.add_argument("steps_per_second", type=float)
    arguments.add_argument("--seeds", nargs="*", type=int, default=[0, 1, 2])
    arguments.add_argument("--without-ctgan", action="store_true")
    given = arguments.parse_args()
    if torch:
        theirs = pytorch_steps()
        ratio = given.steps_per_second / theirs
        print(f"steps a second at one thread: {given.steps_per_second:.1f}, PyTorch {theirs:.1f}, ratio {ratio:.2f}")
    rivals = torch and not given.without_ctgan and installed("ctgan")
    form = "{:<13} {:<9} {:>4} {:>7.3f} {:>7.3f} {:>7.3f} {:>6} {:>8.2f}"
    print("data          model     seed   pairs  shapes  copies  exact    CPU s")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for data, rows in datasets(folder):
            costs = {}
            for seed in given.seeds:
                order = numpy.random.default_rng(seed).permutation(len(rows))
                cut = int(len(rows) * 0.8)
                train, held = rows.iloc[order[:cut]], rows.iloc[order[cut:]]
                models = {"shuffled": lambda: (shuffled(train, seed), 0.0)}
                models["nashboard"] = lambda: ours(given.nashboard, train, folder, seed)
                if rivals:
                    models["ctgan"] = lambda: ctgan(train, seed)
                for model, make in models.items():
                    made, cpu = make()
                    costs.setdefault(model, []).append(cpu)
                    figures = (*quality(train, made), *copies(train, held, made), cpu)
                    print(form.format(data, model, seed, *figures), flush=True)
            if rivals:
                print(f"{data}: CPU time {sum(costs['nashboard']) / sum(costs['ctgan']):.3f} of CTGAN's", flush=True)


if __name__ == "__main__":
    main()
