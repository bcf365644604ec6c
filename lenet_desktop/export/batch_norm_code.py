"""What a script in plain PyTorch needs to normalise layers as the engine does.

A layer keeps means and variances by which it is judged, which comes to the same as weights that
have them in them.
"""

from lenet_desktop.networks.batch_norm import EPSILON, MEASURED_IMAGES
from lenet_desktop.settings.config import TrainingConfig
from lenet_desktop.training.learner import LARGE_SLICE, LEAST_SLICE

LAYER = f'''
class Normalised(nn.Sequential):
    """Brings what a layer computes to mean 0 and variance 1; then its bias is added."""

    def forward(self, x):
        x = super().forward(x)
        if self.training:
            over = [0, *range(2, x.ndim)]
            found = torch.var_mean(x, over, correction=0, keepdim=True)
            self.variance, self.mean = found
        x = (x - self.mean) / torch.sqrt(self.variance + {EPSILON!r})
        return x + self[0].bias.view(-1, *[1] * (x.ndim - 2))


def parts(images):
    """Cut a batch; each part is normalised by itself."""
    count = len(images)
    cut = count >= {2 * LEAST_SLICE} and device == "cpu"
    return images.tensor_split(max(2, count // {LARGE_SLICE}) if cut else 1)'''
LOGITS, PLAIN_LOGITS = "torch.cat([net(part) for part in parts(images)])", "net(images)"
FOLLOWED, ALONE = "measure()", "net.eval()"
"""What makes a network ready to be judged, with and without normalised layers."""


def measuring_code(config: TrainingConfig) -> str:
    """Return the function by which layers are told the means and variances to be judged by."""
    numbers = "learned" if config.validation_images else "range(len(all_images))"
    return f'''
@torch.no_grad()
def measure():
    """Take means and variances of some training images, to judge by them."""
    net.eval()
    for layer in net:
        layer.train(isinstance(layer, Normalised))
    numbers = {numbers}
    some = numbers[:: math.ceil(len(numbers) / {MEASURED_IMAGES})]
    net(torch.stack([all_images[number][0] for number in some]).to(device))
    net.eval()'''
