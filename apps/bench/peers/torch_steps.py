"""The cases of `npm run bench -- torch` in PyTorch: residual flows of the same sizes, written plainly.

    python torch_steps.py image --threads 1 --steps 10

prints a line of JSON: wall and processor milliseconds of each step. Blocks, channels, series terms, power iterations and
optimizers are those of the other side; spectral normalization makes five power iterations in each forward pass, as the
official program of invertible residual networks does, and an inverse makes its 100 evaluations of each block.
"""

import argparse
import json
import math
import time

import torch
import torch.nn.functional as F
from torch import nn

POWER_ITERATIONS = 5
SERIES_TERMS = 5
INVERSE_STEPS = 100


def unit(x):
    return x / (x.norm() + 1e-12)


class Convolution(nn.Module):
    """A convolution of norm `limit` at most, by power iteration on images of its own size."""

    def __init__(self, inputs, outputs, kernel, size, limit):
        super().__init__()
        made = nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2)
        self.weight, self.bias, self.padding, self.limit = made.weight, made.bias, kernel // 2, limit
        self.register_buffer("u", unit(torch.randn(1, outputs, size, size)))

    def normalized(self):
        w = self.weight
        with torch.no_grad():
            for _ in range(POWER_ITERATIONS if self.training else 0):
                v = unit(F.conv_transpose2d(self.u, w, padding=self.padding))
                self.u.copy_(unit(F.conv2d(v, w, padding=self.padding)))
            v = unit(F.conv_transpose2d(self.u, w, padding=self.padding))
        sigma = (self.u * F.conv2d(v, w, padding=self.padding)).sum()
        return w / torch.clamp(sigma / self.limit, min=1)

    def forward(self, x):
        return F.conv2d(x, self.normalized(), self.bias, padding=self.padding)


class Dense(nn.Module):
    """A dense layer of norm `limit` at most, by power iteration."""

    def __init__(self, inputs, outputs, limit):
        super().__init__()
        made = nn.Linear(inputs, outputs)
        self.weight, self.bias, self.limit = made.weight, made.bias, limit
        self.register_buffer("u", unit(torch.randn(outputs)))

    def normalized(self):
        w = self.weight
        with torch.no_grad():
            for _ in range(POWER_ITERATIONS if self.training else 0):
                self.u.copy_(unit(w @ unit(w.T @ self.u)))
            v = unit(w.T @ self.u)
        return w / torch.clamp((self.u @ (w @ v)) / self.limit, min=1)

    def forward(self, x):
        return F.linear(x, self.normalized(), self.bias)


class Sine(nn.Module):
    def forward(self, x):
        return torch.sin(x)


class ActNorm(nn.Module):
    def __init__(self, channels, image):
        super().__init__()
        shape = (channels, 1, 1) if image else (channels,)
        self.log_scale, self.bias = nn.Parameter(torch.zeros(shape)), nn.Parameter(torch.zeros(shape))

    def forward(self, x):
        pixels = x[0].numel() // self.bias.numel()
        return x * self.log_scale.exp() + self.bias, pixels * self.log_scale.sum()


class Block(nn.Module):
    """x + g(x) behind an ActNorm, with ln |det| exactly (vectors) or by the power series (images)."""

    def __init__(self, branch, channels, image):
        super().__init__()
        self.norm, self.branch, self.image = ActNorm(channels, image), branch, image

    def forward(self, x):
        x, log_det = self.norm(x)
        if not x.requires_grad:
            x.requires_grad_()
        g = self.branch(x)
        return x + g, log_det + (self.series(g, x) if self.image else self.exact(g, x))

    def series(self, g, x):
        v = torch.randn_like(x)
        w, total = v, 0.0
        for k in range(1, SERIES_TERMS + 1):
            (w,) = torch.autograd.grad(g, x, w, create_graph=True, retain_graph=True)
            total = total + (-1) ** (k + 1) / k * (w * v).flatten(1).sum(1)
        return total

    def exact(self, g, x):
        eye = torch.eye(x.shape[1])
        rows = [torch.autograd.grad(g, x, e.expand_as(x), create_graph=True)[0] for e in eye]
        return torch.linalg.slogdet(torch.stack(rows, 1) + eye)[1]

    def inverse(self, y):
        x = y
        for _ in range(INVERSE_STEPS):
            x = y - self.branch(x)
        return (x - self.norm.bias) * torch.exp(-self.norm.log_scale)


class ImageFlow(nn.Module):
    """4 + 4 blocks of 32 channels on images of 28 × 28, half of the channels leave after the first scale."""

    def __init__(self, width=32, blocks=4, limit=0.9):
        super().__init__()
        self.scales = nn.ModuleList()
        for channels, size in ((4, 14), (8, 7)):
            scale = nn.ModuleList()
            for k in range(blocks):
                layers = [] if channels == 4 and k == 0 else [nn.ELU()]
                layers += [Convolution(channels, width, 3, size, limit), nn.ELU()]
                layers += [Convolution(width, width, 1, size, limit), nn.ELU()]
                layers += [Convolution(width, channels, 3, size, limit)]
                scale.append(Block(nn.Sequential(*layers), channels, True))
            self.scales.append(scale)
        self.mean, self.log_deviation = nn.Parameter(torch.zeros(784)), nn.Parameter(torch.zeros(784))

    def encode(self, x):
        log_det, out = 0.0, []
        for i, scale in enumerate(self.scales):
            x = F.pixel_unshuffle(x, 2)
            for block in scale:
                x, change = block(x)
                log_det = log_det + change
            if i == 0:
                left, x = x.chunk(2, 1)
                out.append(left)
        out.append(x)
        return out, log_det

    def bits(self, x):
        parts, log_det = self.encode(x)
        z = (torch.cat([part.flatten(1) for part in parts], 1) - self.mean) * torch.exp(-self.log_deviation)
        prior = -0.5 * (z**2).sum(1) - 392 * math.log(2 * math.pi) - self.log_deviation.sum()
        return 8 - ((prior + log_det) / 784 / math.log(2)).mean()

    def decode(self, parts):
        x = parts[1]
        for i in (1, 0):
            for block in reversed(self.scales[i]):
                x = block.inverse(x)
            x = F.pixel_shuffle(x, 2)
            if i == 1:
                x = torch.cat([parts[0], x], 1)
        return x


class VectorFlow(nn.Module):
    """8 blocks with hidden widths of 64 and 64, sine."""

    def __init__(self, dimension, limit=0.98):
        super().__init__()
        widths = ((dimension, 64), (64, 64), (64, dimension))
        self.blocks = nn.ModuleList()
        for _ in range(8):
            first, middle, last = (Dense(a, b, limit ** (1 / 3)) for a, b in widths)
            branch = nn.Sequential(first, Sine(), middle, Sine(), last)
            self.blocks.append(Block(branch, dimension, False))

    def log_prob(self, x):
        total = 0.0
        for block in self.blocks:
            x, change = block(x)
            total = total + change
        return total - 0.5 * (x**2).sum(1) - x.shape[1] / 2 * math.log(2 * math.pi)

    @torch.no_grad()
    def scorer(self):
        """ln p without a tape: products of the layers' Jacobians, and one determinant a block and row."""
        blocks = []
        for block in self.blocks:
            layers = [block.branch[i] for i in (0, 2, 4)]
            weights = [(layer.normalized().clone(), layer.bias) for layer in layers]
            blocks.append((block.norm, weights))
        eye = torch.eye(self.blocks[0].norm.bias.numel())

        @torch.no_grad()
        def score(x):
            total = 0.0
            for norm, ((w1, b1), (w2, b2), (w3, b3)) in blocks:
                x, change = norm(x)
                h1 = F.linear(x, w1, b1)
                h2 = F.linear(torch.sin(h1), w2, b2)
                j = torch.matmul(w2, torch.cos(h1)[:, :, None] * w1)
                j = torch.matmul(w3, torch.cos(h2)[:, :, None] * j)
                total = total + change + torch.linalg.slogdet(j + eye)[1]
                x = x + F.linear(torch.sin(h2), w3, b3)
            return total - 0.5 * (x**2).sum(1) - x.shape[1] / 2 * math.log(2 * math.pi)

        return score


def image_step(batch=64):
    flow = ImageFlow()
    optimizer = torch.optim.Adamax(flow.parameters(), lr=0.003)

    def step():
        loss = flow.bits(torch.rand(batch, 1, 28, 28) - 0.5)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return flow, step


def plane_step(batch=500):
    flow = VectorFlow(2)
    parameters = list(flow.parameters())
    optimizer = torch.optim.Adam(parameters, lr=1e-3)
    average = [p.detach().clone() for p in parameters]

    def step():
        angle = torch.randint(8, (batch,)) * (math.pi / 4)
        x = 2.8 * torch.stack((angle.cos(), angle.sin()), 1) + 0.35 * torch.randn(batch, 2)
        loss = -flow.log_prob(x).mean()
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(parameters, 10)
        optimizer.step()
        with torch.no_grad():
            torch._foreach_lerp_(average, [p.detach() for p in parameters], 0.01)

    return step


def score_step(rows):
    score = VectorFlow(4).eval().scorer()
    x = torch.randn(rows, 4)

    def step():
        for part in x.split(1024):
            score(part)

    return step


def inverse_step(steps):
    flow, train = image_step()
    for _ in range(steps):
        train()
    flow.eval()
    parts, _ = flow.encode(torch.rand(64, 1, 28, 28) - 0.5)
    parts = [part.detach() for part in parts]

    def step():
        with torch.no_grad():
            flow.decode(parts)

    return step


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("case", choices=["image", "plane", "score", "inverse"])
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--warm-up", type=int, default=3)
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--rows", type=int, default=65536, help="of a scored table")
    parser.add_argument("--trained", type=int, default=200, help="steps before the inverse")
    options = parser.parse_args()
    torch.manual_seed(1)
    torch.set_num_threads(options.threads)
    step = {
        "image": lambda: image_step()[1],
        "plane": plane_step,
        "score": lambda: score_step(options.rows),
        "inverse": lambda: inverse_step(options.trained),
    }[options.case]()
    wall, cpu = [], []
    for i in range(options.warm_up + options.steps):
        at = time.perf_counter(), time.process_time()
        step()
        if i >= options.warm_up:
            wall.append(1000 * (time.perf_counter() - at[0]))
            cpu.append(1000 * (time.process_time() - at[1]))
    print(json.dumps({"wall": wall, "cpu": cpu, "version": torch.__version__}))


main()
