#!/usr/bin/env python3
"""Trains a Wasserstein GAN with gradient penalty on the rows of a CSV file.

Numbers are standardised and categories become one-hot; the generator draws rows, the critic
scores them, and what is printed each few epochs is all that a dashboard needs:

    Epoch 10/300 Generator Loss: -0.4312 Discriminator Loss: -1.2034 Real Scores: 0.8 Fake Scores: -0.4

Method: Gulrajani et al., "Improved Training of Wasserstein GANs", 2017. Needs torch, nothing else.
"""

import argparse
import csv
import math
import os
import random
import signal
from pathlib import Path

import torch
from torch import nn


def positive(text):
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text} is below 1")
    return number


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", default=os.environ.get("NASHBOARD_DATA"), help="CSV file with a header")
    parser.add_argument("--epochs", type=positive, default=os.environ.get("NASHBOARD_EPOCHS", "300"))
    parser.add_argument("--batch-size", type=positive, default=256)
    parser.add_argument("--learning-rate", type=float, default=2e-4)
    parser.add_argument("--latent", type=positive, default=64, help="numbers that the generator starts from")
    parser.add_argument("--width", type=positive, default=256, help="units of each hidden layer")
    parser.add_argument("--critic-steps", type=positive, default=5, help="steps of the critic for one of the generator")
    parser.add_argument("--penalty", type=float, default=10.0, help="weight of the gradient penalty")
    parser.add_argument("--report-every", type=positive, default=10)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    if not given.data:
        parser.error("name a CSV file with --data")
    return given


def blank(cell):
    """Whether a cell holds nothing to learn from: it is empty, or a number that is not finite."""
    try:
        return not math.isfinite(float(cell))
    except ValueError:
        return not cell.strip()


class Column:
    """One column of the table: how its cells become numbers, and numbers become cells again."""

    def __init__(self, name, cells):
        self.name = name
        try:
            numbers = torch.tensor([float(cell) for cell in cells])
            self.mean, self.scale = numbers.mean(), numbers.std().clamp_min(1e-9)
            self.whole = all(float(cell).is_integer() for cell in cells)
            self.words = None
        except ValueError:
            self.words = sorted(set(cells))

    @property
    def width(self):
        return 1 if self.words is None else len(self.words)

    def encode(self, cells):
        if self.words is None:
            return ((torch.tensor([float(cell) for cell in cells]) - self.mean) / self.scale)[:, None]
        place = {word: at for at, word in enumerate(self.words)}
        return nn.functional.one_hot(torch.tensor([place[cell] for cell in cells]), len(self.words)).float()

    def decode(self, values):
        if self.words is None:
            numbers = (values[:, 0] * self.scale + self.mean).tolist()
            return [str(round(number)) if self.whole else f"{number:.6g}" for number in numbers]
        return [self.words[at] for at in values.argmax(dim=1).tolist()]


def read_table(path):
    """The columns of the file, and its complete rows as one tensor."""
    try:
        with open(path, newline="", encoding="utf-8-sig") as file:
            header, *rows = list(csv.reader(file)) or [[]]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SystemExit(f"{path} cannot be read: {error}")
    complete = [row for row in rows if row and len(row) == len(header) and not any(map(blank, row))]
    if len(complete) < 2:
        raise SystemExit(f"{path} has {len(complete)} complete rows; at least two are needed")
    cells = list(zip(*complete))
    columns = [Column(name, column) for name, column in zip(header, cells)]
    # A word for nearly each row tells rows apart; there is nothing in it to learn.
    kept = [(c, column) for c, column in zip(columns, cells) if c.width <= max(50, len(complete) // 20)]
    left_out = [c.name for c in columns if c not in [column for column, _ in kept]]
    if left_out:
        print(f"left out, mostly unique: {', '.join(left_out)}")
    if not kept:
        raise SystemExit(f"{path} has no column to learn: nearly each row has words of its own")
    return [c for c, _ in kept], torch.cat([c.encode(column) for c, column in kept], dim=1)


class Generator(nn.Module):
    """Random numbers to rows; categories by a softmax with noise, so that gradients pass."""

    def __init__(self, columns, latent, width):
        super().__init__()
        self.columns = columns
        self.body = nn.Sequential(
            nn.Linear(latent, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU(),
            nn.Linear(width, sum(column.width for column in columns)),
        )

    def forward(self, noise):
        parts = self.body(noise).split([column.width for column in self.columns], dim=1)
        drawn = [part if column.words is None else nn.functional.gumbel_softmax(part, tau=0.4)
                 for column, part in zip(self.columns, parts)]
        return torch.cat(drawn, dim=1)


def critic_network(inputs, width):
    return nn.Sequential(
        nn.Linear(inputs, width), nn.LeakyReLU(0.2), nn.Linear(width, width), nn.LeakyReLU(0.2), nn.Linear(width, 1)
    )


def gradient_penalty(critic, real, fake):
    """How far the critic's slope between real and generated rows is from one."""
    mix = torch.rand(len(real), 1)
    between = (mix * real + (1 - mix) * fake).requires_grad_(True)
    (slope,) = torch.autograd.grad(critic(between).sum(), between, create_graph=True)
    return ((slope.norm(dim=1) - 1) ** 2).mean()


def write_sample(generator, columns, latent, path, rows=500):
    with torch.no_grad():
        parts = generator(torch.randn(rows, latent)).split([column.width for column in columns], dim=1)
    # Under another name until it is whole: the folder is being watched.
    partial = path.with_name(f".{path.name}.partial")
    with open(partial, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(column.name for column in columns)
        writer.writerows(zip(*(column.decode(part) for column, part in zip(columns, parts))))
    os.replace(partial, path)


def main():
    given = arguments()
    random.seed(given.seed)
    torch.manual_seed(given.seed)
    columns, table = read_table(given.data)
    generator = Generator(columns, given.latent, given.width)
    critic = critic_network(table.shape[1], given.width)
    optimisers = [torch.optim.Adam(network.parameters(), given.learning_rate, betas=(0.5, 0.9))
                  for network in (generator, critic)]
    samples = Path(os.environ.get("NASHBOARD_RUN_DIR", ".")) / "samples"
    samples.mkdir(exist_ok=True)
    stopped = []
    signal.signal(signal.SIGINT, lambda *_: stopped.append(True))

    batch = min(given.batch_size, len(table))
    generator_loss = None
    for epoch in range(1, given.epochs + 1):
        for step, rows in enumerate(torch.randperm(len(table)).split(batch), start=1):
            real = table[rows]
            fake = generator(torch.randn(len(real), given.latent)).detach()
            real_score, fake_score = critic(real).mean(), critic(fake).mean()
            critic_loss = fake_score - real_score + given.penalty * gradient_penalty(critic, real, fake)
            optimisers[1].zero_grad()
            critic_loss.backward()
            optimisers[1].step()
            if step % given.critic_steps == 0 or step * batch >= len(table):
                generator_loss = -critic(generator(torch.randn(batch, given.latent))).mean()
                optimisers[0].zero_grad()
                generator_loss.backward()
                optimisers[0].step()
            if stopped:  # An epoch of a long table outlives the time that a stop grants.
                break
        due = epoch % given.report_every == 0 or epoch in (1, given.epochs) or stopped
        if due and generator_loss is not None:
            print(f"Epoch {epoch}/{given.epochs} Generator Loss: {generator_loss.item():.4f} "
                  f"Discriminator Loss: {critic_loss.item():.4f} Real Scores: {real_score.item():.4f} "
                  f"Fake Scores: {fake_score.item():.4f}", flush=True)
        if epoch == given.epochs or stopped or epoch % (10 * given.report_every) == 0:
            write_sample(generator, columns, given.latent, samples / f"step-{epoch:06d}.csv")
        if stopped:
            break


if __name__ == "__main__":
    main()
